import { appnet, appnetRules26, appnetRules29 } from "../examples/appnet.ts";
import { appended } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";

export const examples: Examples = {
  bad: [
    {
      name: "the rule of a container that is gone comes first",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": appnetRules26.replace(
          "-A DOCKER ! -i br-28feb3a9f564 -p",
          "-A DOCKER ! -i br-28feb3a9f564 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.18.0.9:80\n-A DOCKER ! -i br-28feb3a9f564 -p",
        ),
      },
      alsoFinds: ["dnat-target-stale"],
    },
    {
      name: "one for all addresses before one for a single address",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": appended(
          appnetRules29,
          "nat",
          "-A DOCKER -d 192.168.50.10/32 ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.18.0.3:9000",
        ),
      },
    },
    {
      name: "one for a network of addresses before one for an address of it",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": appended(
          appnetRules29,
          "nat",
          "-A DOCKER -d 192.168.50.0/24 ! -i br-28feb3a9f564 -p tcp -m tcp --dport 9000 -j DNAT --to-destination 172.18.0.2:80",
          "-A DOCKER -d 192.168.50.11/32 ! -i br-28feb3a9f564 -p tcp -m tcp --dport 9000 -j DNAT --to-destination 172.18.0.3:80",
        ),
      },
    },
  ],
  good: [
    {
      name: "one for an address before one for its network",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": appended(
          appnetRules29,
          "nat",
          "-A DOCKER -d 192.168.50.11/32 ! -i br-28feb3a9f564 -p tcp -m tcp --dport 9000 -j DNAT --to-destination 172.18.0.3:80",
          "-A DOCKER -d 192.168.50.0/24 ! -i br-28feb3a9f564 -p tcp -m tcp --dport 9000 -j DNAT --to-destination 172.18.0.2:80",
        ),
      },
    },
    {
      name: "two addresses of the host, a port on each",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": appended(
          appnetRules29,
          "nat",
          "-A DOCKER -d 192.168.50.10/32 ! -i br-28feb3a9f564 -p tcp -m tcp --dport 9000 -j DNAT --to-destination 172.18.0.2:80",
          "-A DOCKER -d 192.168.50.11/32 ! -i br-28feb3a9f564 -p tcp -m tcp --dport 9000 -j DNAT --to-destination 172.18.0.3:80",
        ),
      },
    },
    {
      name: "two uplinks, a rule for each",
      alsoFinds: ["capture-incomplete-or-skewed"],
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": appended(
          appnetRules29,
          "nat",
          "-A DOCKER -i eth0 -p tcp -m tcp --dport 9000 -j DNAT --to-destination 172.18.0.2:80",
          "-A DOCKER -i eth1 -p tcp -m tcp --dport 9000 -j DNAT --to-destination 172.18.0.3:80",
        ),
      },
    },
    {
      name: "the same number for TCP and UDP",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": appended(
          appnetRules29,
          "nat",
          "-A DOCKER ! -i br-28feb3a9f564 -p udp -m udp --dport 8080 -j DNAT --to-destination 172.18.0.3:53",
        ),
      },
    },
  ],
};
