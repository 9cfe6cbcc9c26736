import { appnet, appnetAddresses } from "../examples/appnet.ts";
import { appnetBrctl } from "../examples/appnet-links.ts";
import { replaced, without } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";

const portLink = (state: string) =>
  `6: vethac71698@eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 master br-28feb3a9f564 state ${state} priority 32 cost 2\n`;

export const examples: Examples = {
  bad: [
    {
      name: "a veth with a container behind it and no bridge in front of it",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": replaced(appnetAddresses, "master br-28feb3a9f564 ", ""),
        "brctl-show": without(appnetBrctl, "vethc1e6c5b"),
      },
      alsoFinds: ["endpoint-port-count-mismatch"],
    },
    {
      name: "the bridge of running containers was set down",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": replaced(
          appnetAddresses,
          "br-28feb3a9f564: <BROADCAST,MULTICAST,UP,LOWER_UP>",
          "br-28feb3a9f564: <BROADCAST,MULTICAST>",
        ),
      },
    },
    {
      name: "bridge link says that the port is disabled",
      captures: { "docker-network-inspect": appnet, "ip-addr": appnetAddresses, "bridge-link": portLink("disabled") },
    },
  ],
  good: [
    {
      name: "ports on their bridge, forwarding; docker0 down since it has no containers",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": replaced(
          appnetAddresses,
          "docker0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP",
          "docker0: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state DOWN",
        ),
        "bridge-link": portLink("forwarding"),
      },
    },
    {
      name: "a veth seen while its container starts: its other end is still here, and it is on no bridge yet",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": `${appnetAddresses}9: veth0a1b2c3@veth4d5e6f7: <BROADCAST,MULTICAST,M-DOWN> mtu 1500 qdisc noop state DOWN group default qlen 0\n    link/ether 0e:c5:12:53:37:13 brd ff:ff:ff:ff:ff:ff\n`,
      },
    },
    {
      name: "veths of LXD and CNI have longer names and need no bridge",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": `${appnetAddresses}9: veth1a2b3c4d@if8: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default\n    link/ether 0e:c5:12:53:37:13 brd ff:ff:ff:ff:ff:ff link-netnsid 3\n`,
      },
    },
    {
      name: "an ip that prints no masters at all: brctl show has the ports",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": appnetAddresses.replaceAll("master br-28feb3a9f564 ", ""),
        "brctl-show": appnetBrctl,
      },
      alsoFinds: ["capture-incomplete-or-skewed"],
    },
  ],
};
