import { appended, replaced, without } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";
import { swarmHost } from "../examples/swarm.ts";

const openSwarmPorts = appended(
  replaced(swarmHost["iptables-save"], ":INPUT ACCEPT", ":INPUT DROP"),
  "filter",
  "-A INPUT -p tcp -m multiport --dports 22,2377,7946 -j ACCEPT",
  "-A INPUT -p udp -m multiport --dports 4789,7946 -j ACCEPT",
);

export const examples: Examples = {
  bad: [
    {
      name: "the host's firewall drops the nodes' gossip and VXLAN",
      captures: {
        ...swarmHost,
        "iptables-save": replaced(swarmHost["iptables-save"], ":INPUT ACCEPT", ":INPUT DROP"),
      },
    },
    {
      name: "an encrypted overlay, and INPUT knows only VXLAN's ports",
      captures: {
        ...swarmHost,
        "docker-network-inspect": swarmHost["docker-network-inspect"].replace(
          '"com.docker.network.driver.overlay.vxlanid_list"',
          '"encrypted": "", "com.docker.network.driver.overlay.vxlanid_list"',
        ),
        "iptables-save": openSwarmPorts,
      },
    },
    {
      name: "the manager's port is shut, where dockerd listens on it",
      captures: {
        ...swarmHost,
        "ss-listen":
          "Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port\ntcp   LISTEN 0      4096       *:2377     *:*\n",
        "iptables-save": openSwarmPorts.replace("22,2377,7946", "22,7946"),
      },
    },
    {
      name: "flannel's VXLAN device has the same port",
      captures: {
        ...swarmHost,
        "ip-link":
          "7: flannel.1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UNKNOWN mode DEFAULT group default\n    link/ether 7a:39:bd:ec:8d:cc brd ff:ff:ff:ff:ff:ff promiscuity 0\n    vxlan id 1 local 192.168.50.10 dev eth0 srcport 0 0 dstport 4789 nolearning ttl auto ageing 300\n",
      },
    },
    {
      name: "docker_gwbridge is missing",
      captures: {
        ...swarmHost,
        "docker-network-inspect": replaced(
          swarmHost["docker-network-inspect"],
          '"Name": "docker_gwbridge"',
          '"Name": "gw_old"',
        ),
      },
    },
    {
      name: "the ingress network overlaps the LAN",
      captures: {
        ...swarmHost,
        "docker-network-inspect": swarmHost["docker-network-inspect"].replaceAll("10.0.0.", "192.168.50."),
      },
    },
    {
      name: "a task of a service that publishes a port is here, and no chain for such ports",
      captures: {
        ...swarmHost,
        "docker-network-inspect": replaced(
          swarmHost["docker-network-inspect"],
          '"ingress-sbox": { "Name": "ingress-endpoint"',
          '"3ea6c37e3109df81ef36c9ca9dddee33727771ffef5e15fe05e5aaa200f67b85": { "Name": "shop.1.x7", "EndpointID": "37fa501de0d169b43d46d86f786de9f4d282d3ec3cd634404930ec1240d23f8d", "MacAddress": "02:42:0a:00:00:05", "IPv4Address": "10.0.0.5/24" }, "ingress-sbox": { "Name": "ingress-endpoint"',
        ),
        "iptables-save": without(swarmHost["iptables-save"], "DOCKER-INGRESS"),
      },
    },
    {
      name: "nothing leads to the ports that services publish",
      captures: {
        ...swarmHost,
        "iptables-save": without(
          swarmHost["iptables-save"],
          "-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER-INGRESS",
        ),
      },
    },
  ],
  good: [
    {
      name: "a node in order",
      captures: {
        ...swarmHost,
        "ip-link": swarmHost["ip-addr"].replace(/^ +inet .*\n/gm, ""),
        "ss-listen": "Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port\n",
      },
    },
    {
      name: "no chain for the ports of services: none may publish any",
      captures: { ...swarmHost, "iptables-save": without(swarmHost["iptables-save"], "DOCKER-INGRESS") },
    },
    {
      name: "no swarm",
      captures: {
        ...swarmHost,
        "docker-info": replaced(swarmHost["docker-info"], '"active"', '"inactive"'),
        "docker-network-inspect": "[]",
        "iptables-save": replaced(swarmHost["iptables-save"], ":INPUT ACCEPT", ":INPUT DROP"),
      },
    },
    {
      name: "policy DROP, but the ports are open",
      captures: { ...swarmHost, "iptables-save": openSwarmPorts },
    },
  ],
};
