import { appnet, appnetAddresses } from "../examples/appnet.ts";
import { replaced } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";
import { alsoListed, endpoint, network } from "../examples/networks.ts";

const pinned = "02:42:ac:12:00:07";
const other = (mac: string) =>
  network(
    "jobs",
    "7d1c0e5a2b34",
    "bridge",
    "172.19.0.0/16",
    "172.19.0.1",
    `"Containers": { ${endpoint("4d41a2c1cbb7", "worker", mac, "172.19.0.2/16")} }`,
  );

const learned = "26:bd:d5:61:e3:ce dev vethc1e6c5b master br-28feb3a9f564\n";
const inside = (port: number, mac: string, address: string) =>
  `2: eth0@if${port}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000\n    link/ether ${mac} brd ff:ff:ff:ff:ff:ff link-netnsid 0\n    inet ${address}/16 brd 172.18.255.255 scope global eth0\n`;

export const examples: Examples = {
  bad: [
    {
      name: "both endpoints of one network",
      captures: { "docker-network-inspect": replaced(appnet, "26:bd:d5:61:e3:ce", "06:55:74:07:97:a2") },
    },
    {
      name: "a container with the MAC address of its own bridge",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr":
          "4: br-28feb3a9f564: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 0\n    link/ether 06:55:74:07:97:a2 brd ff:ff:ff:ff:ff:ff\n    inet 172.18.0.1/16 scope global br-28feb3a9f564\n",
      },
    },
    {
      name: "the same in two networks that are two links: only worth knowing",
      captures: { "docker-network-inspect": alsoListed(appnet.replace("06:55:74:07:97:a2", pinned), other(pinned)) },
    },
    {
      name: "the bridge learned a container's address on a virtual machine's port",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": `${appnetAddresses}9: tap4f1c2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel master br-28feb3a9f564 state UP group default qlen 1000\n    link/ether fe:54:00:a1:b2:c3 brd ff:ff:ff:ff:ff:ff\n`,
        "bridge-fdb": `06:55:74:07:97:a2 dev tap4f1c2 master br-28feb3a9f564\n${learned}`,
      },
      alsoFinds: ["foreign-port-on-docker-bridge"],
    },
    {
      name: "the bridge learned it on another container's port",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": appnetAddresses,
        "bridge-fdb": "06:55:74:07:97:a2 dev vethc1e6c5b master br-28feb3a9f564\n",
      },
      netns: { web: { "ip-addr": inside(6, "06:55:74:07:97:a2", "172.18.0.2") } },
    },
  ],
  good: [
    {
      name: "each address is learned on its container's port, and ports have their own",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": appnetAddresses,
        "bridge-fdb": `${learned}06:55:74:07:97:a2 dev vethac71698 master br-28feb3a9f564\nae:cd:be:b6:f2:7f dev vethc1e6c5b master br-28feb3a9f564 permanent\n`,
      },
      netns: { web: { "ip-addr": inside(6, "06:55:74:07:97:a2", "172.18.0.2") } },
    },
    {
      name: "the same address on a port of another bridge is another link",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": appnetAddresses,
        "bridge-fdb": "06:55:74:07:97:a2 dev vnet3 master virbr0\n",
      },
    },
    {
      name: "all different",
      captures: { "docker-network-inspect": appnet, "ip-addr": appnetAddresses },
    },
    {
      name: "endpoints of ipvlan have their parent's address, or none",
      captures: {
        "docker-network-inspect": alsoListed(
          appnet,
          network(
            "l2",
            "7d1c0e5a2b34",
            "ipvlan",
            "10.9.0.0/24",
            "10.9.0.1",
            `"Options": { "parent": "eth0" }, "Containers": { ${endpoint("4d41a2c1cbb7", "a", pinned, "10.9.0.2/24")}, ${endpoint("5d41a2c1cbb7", "b", pinned, "10.9.0.3/24")} }`,
          ),
        ),
      },
    },
  ],
};
