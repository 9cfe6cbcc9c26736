import { appnet, appnetAddresses } from "../examples/appnet.ts";
import { appnetBrctl } from "../examples/appnet-links.ts";
import { replaced, without } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";
import { endpoint, listed, network } from "../examples/networks.ts";

const gwbridge = network(
  "docker_gwbridge",
  "5b7d0a2c9e41",
  "bridge",
  "172.20.0.0/16",
  "172.20.0.1",
  `"Containers": { ${endpoint("ingress-sbox", "gateway_ingress-sbox", "02:42:ac:14:00:02", "172.20.0.2/16")} }`,
);
const gwbridgeLinks = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
8: docker_gwbridge: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    link/ether 02:42:1b:d7:29:5b brd ff:ff:ff:ff:ff:ff
    inet 172.20.0.1/16 brd 172.20.255.255 scope global docker_gwbridge
10: veth551d281@if9: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master docker_gwbridge state UP group default
    link/ether 2a:c3:ab:5c:38:d8 brd ff:ff:ff:ff:ff:ff link-netnsid 1
`;

export const examples: Examples = {
  bad: [
    {
      name: "two endpoints, one port",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": without(appnetAddresses, "vethc1e6c5b", "ae:cd:be:b6:f2:7f"),
        "brctl-show": without(appnetBrctl, "\t\t\t\t\t\t\tvethc1e6c5b"),
      },
    },
    {
      name: "two endpoints, three ports",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": `${appnetAddresses}9: veth0a1b2c3@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master br-28feb3a9f564 state UP group default qlen 0\n    link/ether 0e:c5:12:53:37:13 brd ff:ff:ff:ff:ff:ff link-netnsid 3\n`,
        "brctl-show": replaced(appnetBrctl, "docker0", "\t\t\t\t\t\t\tveth0a1b2c3\ndocker0"),
      },
    },
  ],
  good: [
    {
      name: "as many ports as endpoints",
      captures: { "docker-network-inspect": appnet, "ip-addr": appnetAddresses, "brctl-show": appnetBrctl },
    },
    {
      name: "docker_gwbridge has a port for swarm's own ingress sandbox",
      captures: {
        "docker-network-inspect": listed(gwbridge),
        "ip-addr": gwbridgeLinks,
        "brctl-show":
          "bridge name\tbridge id\t\tSTP enabled\tinterfaces\ndocker_gwbridge\t\t8000.02421bd7295b\tno\t\tveth551d281\n",
      },
    },
    {
      name: "ports of others on the bridge are not containers' and may stand for one",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": appnetAddresses.replaceAll("vethc1e6c5b", "vmport1"),
        "brctl-show": appnetBrctl.replaceAll("vethc1e6c5b", "vmport1"),
      },
    },
  ],
};
