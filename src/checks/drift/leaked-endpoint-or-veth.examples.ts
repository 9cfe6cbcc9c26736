import { appnet, appnetAddresses } from "../examples/appnet.ts";
import { appnetBrctl, appnetWhole } from "../examples/appnet-links.ts";
import { replaced } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";
import { alsoListed, endpoint, network } from "../examples/networks.ts";

const pair = `10: vethdead02@vethdead01: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN group default qlen 1000
    link/ether a2:da:cf:dc:e7:8a brd ff:ff:ff:ff:ff:ff
11: vethdead01@vethdead02: <NO-CARRIER,BROADCAST,MULTICAST,UP,M-DOWN> mtu 1500 qdisc noqueue state LOWERLAYERDOWN group default qlen 1000
    link/ether 9e:ef:29:2e:73:72 brd ff:ff:ff:ff:ff:ff
`;
const onDocker0 = `12: veth0a1b2c3@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master docker0 state UP group default qlen 0
    link/ether 0e:c5:12:53:37:13 brd ff:ff:ff:ff:ff:ff link-netnsid 5
`;
const inside = (
  peer: number,
  mac: string,
  address: string,
) => `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
2: eth0@if${peer}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    link/ether ${mac} brd ff:ff:ff:ff:ff:ff link-netnsid 0
    inet ${address}/16 brd 172.18.255.255 scope global eth0
`;
const stale = endpoint("ep-0f2cf5fcb5a1a4b1", "old_web", "02:42:ac:12:00:09", "172.18.0.9/16");
const sandbox = endpoint("ingress-sbox", "gateway_ingress-sbox", "02:42:ac:14:00:02", "172.20.0.2/16");

export const examples: Examples = {
  bad: [
    {
      name: "Docker itself lists an endpoint without a container",
      captures: {
        "docker-network-inspect": replaced(appnet, '"Containers": {\n', `"Containers": {\n${stale},\n`),
        "ip-addr": appnetAddresses,
      },
    },
    {
      name: "both ends of a veth pair are on the host, and nobody uses them",
      captures: { "docker-network-inspect": appnet, "ip-addr": appnetAddresses + pair },
    },
    {
      name: "a container's port on the bridge of a network without containers",
      captures: {
        "docker-network-inspect": appnetWhole,
        "ip-addr": appnetAddresses + onDocker0,
        "brctl-show": `${appnetBrctl.trimEnd()}\tveth0a1b2c3\n`,
      },
      alsoFinds: ["endpoint-port-count-mismatch"],
    },
    {
      name: "both containers have their ports, which their insides name; a third port is nobody's",
      captures: {
        "docker-network-inspect": appnetWhole,
        "ip-addr": appnetAddresses + onDocker0.replace("master docker0", "master br-28feb3a9f564"),
      },
      netns: {
        web: { "ip-addr": inside(5, "06:55:74:07:97:a2", "172.18.0.2") },
        api: { "ip-addr": inside(6, "26:bd:d5:61:e3:ce", "172.18.0.3") },
      },
    },
  ],
  good: [
    {
      name: "every veth has its container",
      captures: { "docker-network-inspect": appnetWhole, "ip-addr": appnetAddresses },
    },
    {
      name: "a veth pair that joins two bridges, or has addresses, is somebody's",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr":
          appnetAddresses +
          pair.replace(
            "a2:da:cf:dc:e7:8a brd ff:ff:ff:ff:ff:ff\n",
            "a2:da:cf:dc:e7:8a brd ff:ff:ff:ff:ff:ff\n    inet 10.99.0.1/30 scope global vethdead02\n",
          ),
      },
    },
    {
      name: "a VLAN shows the interface below it in the same way",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": `${appnetAddresses}9: eth0.10@eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default\n    link/ether 66:a6:e2:43:89:7f brd ff:ff:ff:ff:ff:ff\n`,
      },
    },
    {
      name: "swarm's ingress sandbox is an endpoint without a container, and rightly so",
      captures: {
        "docker-network-inspect": alsoListed(
          appnetWhole,
          network(
            "docker_gwbridge",
            "5b7d0a2c9e41",
            "bridge",
            "172.20.0.0/16",
            "172.20.0.1",
            `"Containers": { ${sandbox} }`,
          ),
        ),
        "ip-addr": `${appnetAddresses}8: docker_gwbridge: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    link/ether 02:42:1b:d7:29:5b brd ff:ff:ff:ff:ff:ff
    inet 172.20.0.1/16 brd 172.20.255.255 scope global docker_gwbridge
${onDocker0.replace("master docker0", "master docker_gwbridge")}`,
      },
    },
  ],
};
