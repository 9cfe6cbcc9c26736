import { appnet, appnetAddresses } from "../examples/appnet.ts";
import { appnetBrctl } from "../examples/appnet-links.ts";
import { replaced } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";

export const examples: Examples = {
  bad: [
    {
      name: "a network card is a port of the bridge that Docker made",
      captures: {
        "docker-network-inspect": appnet,
        "brctl-show": replaced(appnetBrctl, "\tvethc1e6c5b", "\tvethc1e6c5b\n\t\t\t\t\t\t\teno2"),
      },
    },
    {
      name: "a virtual machine's tap on docker0",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": `${appnetAddresses}9: tap4f1c2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel master docker0 state UP group default qlen 1000\n    link/ether fe:54:00:a1:b2:c3 brd ff:ff:ff:ff:ff:ff\n`,
      },
    },
  ],
  good: [
    { name: "containers only", captures: { "docker-network-inspect": appnet, "brctl-show": appnetBrctl } },
    {
      name: "a veth of somebody's own making leads to a namespace, as a container's does",
      captures: {
        "docker-network-inspect": appnet,
        "brctl-show": replaced(appnetBrctl, "\tvethc1e6c5b", "\tvethc1e6c5b\n\t\t\t\t\t\t\tvethlab0"),
      },
    },
    {
      name: "a network made on the LAN's bridge on purpose: the engine gives it no address",
      captures: {
        "docker-network-inspect": replaced(
          appnet,
          '"Options": {}',
          '"Options": { "com.docker.network.bridge.name": "br0", "com.docker.network.bridge.inhibit_ipv4": "true" }',
        ),
        "brctl-show": `${appnetBrctl.replace("br-28feb3a9f564", "br0\t").replace("\tvethc1e6c5b", "\tvethc1e6c5b\n\t\t\t\t\t\t\teno1")}`,
      },
    },
    {
      name: "a network card on a bridge of others",
      captures: {
        "docker-network-inspect": appnet,
        "brctl-show": `${appnetBrctl}vmbr0\t\t8000.0cc47a0a0b0c\tno\t\teno1\n`,
      },
    },
  ],
};
