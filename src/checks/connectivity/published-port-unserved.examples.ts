import { appnet, appnetAddresses, appnetPs, appnetRoutes, appnetRules26, appnetRules29 } from "../examples/appnet.ts";
import { replaced, without } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";

const captures = {
  "docker-network-inspect": appnet,
  "docker-ps": appnetPs,
  "ip-addr": appnetAddresses,
  "ip-route": appnetRoutes,
};

export const examples: Examples = {
  bad: [
    {
      name: "the rule that opens the port is gone: the network's DROP decides",
      captures: { ...captures, "iptables-save": without(appnetRules29, "-A DOCKER -d 172.18.0.2/32") },
    },
    {
      name: "the DNAT rule is gone: docker-proxy serves the port alone",
      captures: { ...captures, "iptables-save": without(appnetRules26, "--to-destination") },
    },
  ],
  good: [
    {
      name: "a rootless engine: RootlessKit serves the port, and the rules are not here",
      captures: {
        ...captures,
        "docker-info": '{"ServerVersion":"28.5.2","SecurityOptions":["name=rootless"]}',
        "iptables-save": "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n",
      },
    },
    {
      name: "rules and ways are there",
      captures: {
        ...captures,
        "iptables-save": appnetRules29,
        "nft-ruleset": '{"nftables": []}\n',
        sysctl: "net.ipv4.ip_forward = 1\n",
      },
    },
    {
      name: "the user's own rule in DOCKER-USER keeps clients away",
      captures: {
        ...captures,
        "iptables-save": replaced(
          appnetRules29,
          "-A FORWARD -j DOCKER-FORWARD\n",
          "-A FORWARD -j DOCKER-FORWARD\n-A DOCKER-USER -i eth0 -p tcp -m conntrack --ctorigdstport 8080 -j DROP\n",
        ),
      },
    },
    {
      name: "nat-unprotected: no rule opens the port, since none closes it",
      alsoFinds: ["direct-access-unprotected"],
      captures: {
        ...captures,
        "docker-network-inspect": replaced(
          appnet,
          '"Options": {}',
          '"Options": { "com.docker.network.bridge.gateway_mode_ipv4": "nat-unprotected" }',
        ),
        "iptables-save": replaced(
          without(appnetRules29, "-A DOCKER -d 172.18.0.2/32", "-A PREROUTING -d"),
          "-A DOCKER ! -i br-28feb3a9f564 -o br-28feb3a9f564 -j DROP",
          "-A DOCKER ! -i br-28feb3a9f564 -o br-28feb3a9f564 -j ACCEPT",
        ),
      },
    },
    {
      name: "an IPv6 address of the host and a container without one: docker-proxy, and no rule",
      captures: {
        ...captures,
        "docker-ps": replaced(appnetPs, "0.0.0.0:8080->80/tcp     ", "0.0.0.0:8080->80/tcp, [::]:8080->80/tcp"),
        "iptables-save": appnetRules29,
        "ip6tables-save": "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n",
      },
    },
  ],
};
