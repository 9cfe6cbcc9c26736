import { appnet, appnetRules26, appnetRules29 } from "../examples/appnet.ts";
import { replaced, without } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";
import { nftRule, nftText, oifname } from "../examples/nft-tables.ts";

export const examples: Examples = {
  bad: [
    {
      name: "the rule of one network is gone",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": without(appnetRules29, "-A POSTROUTING -s 172.18.0.0/16"),
      },
    },
    {
      name: "the network was made again with another subnet; its rule still has the old one",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": replaced(appnetRules26, "-s 172.18.0.0/16", "-s 172.30.0.0/16"),
      },
      alsoFinds: ["rules-for-unknown-bridge"],
    },
    {
      name: "a table of nftables masquerades, and may do it for Docker: a lead only",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": without(appnetRules29, "-A POSTROUTING -s 172.18.0.0/16"),
        "nft-ruleset": nftText([
          { table: { family: "inet", name: "nat", handle: 7 } },
          nftRule("nat", "postrouting", 2, oifname("eth0"), { masquerade: null }),
        ]),
      },
    },
  ],
  good: [
    {
      name: "one rule of the user's covers all of Docker's subnets",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": replaced(
          without(appnetRules29, "-A POSTROUTING"),
          "-A DOCKER ! -i br-28feb3a9f564 -p",
          "-A POSTROUTING -s 172.16.0.0/12 -o eth0 -j MASQUERADE\n-A DOCKER ! -i br-28feb3a9f564 -p",
        ),
      },
    },
    {
      name: "enable_ip_masquerade is off",
      captures: {
        "docker-network-inspect": replaced(
          appnet,
          '"Options": {}',
          '"Options": { "com.docker.network.bridge.enable_ip_masquerade": "false" }',
        ),
        "iptables-save": without(appnetRules29, "-A POSTROUTING -s 172.18.0.0/16"),
      },
    },
    {
      name: "gateway mode routed: the subnet is reachable from outside",
      captures: {
        "docker-network-inspect": replaced(
          appnet,
          '"Options": {}',
          '"Options": { "com.docker.network.bridge.gateway_mode_ipv4": "routed" }',
        ),
        "iptables-save": replaced(
          without(appnetRules29, "-A POSTROUTING -s 172.18.0.0/16", "-A PREROUTING -d", "--dport"),
          "-A DOCKER ! -i br-28feb3a9f564 -o",
          "-A DOCKER -o br-28feb3a9f564 -p icmp -j ACCEPT\n-A DOCKER ! -i br-28feb3a9f564 -o",
        ),
      },
    },
  ],
};
