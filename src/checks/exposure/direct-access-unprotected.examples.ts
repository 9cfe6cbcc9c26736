import { appnet, appnetAddresses, appnetRoutes, appnetRules26, appnetRules29 } from "../examples/appnet.ts";
import { replaced, without } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";

const mode = "com.docker.network.bridge.gateway_mode_ipv4";
const host = { "docker-network-inspect": appnet, "ip-addr": appnetAddresses, "ip-route": appnetRoutes };

export const examples: Examples = {
  bad: [
    {
      name: "26 on a host that forwarded already: the policy stays ACCEPT",
      captures: { ...host, "iptables-save": replaced(appnetRules26, ":FORWARD DROP", ":FORWARD ACCEPT") },
    },
    {
      name: "gateway mode nat-unprotected: no drop in DOCKER, none in raw",
      captures: {
        ...host,
        "docker-network-inspect": replaced(appnet, '"Options": {}', `"Options": { "${mode}": "nat-unprotected" }`),
        "iptables-save": replaced(
          without(appnetRules29, "-A PREROUTING -d 172.18"),
          "-A DOCKER ! -i br-28feb3a9f564 -o br-28feb3a9f564 -j DROP",
          "-A DOCKER ! -i br-28feb3a9f564 -o br-28feb3a9f564 -j ACCEPT",
        ),
      },
    },
    {
      name: "allow-direct-routing: published ports answer at the container's address, too",
      captures: {
        ...host,
        "iptables-save": without(appnetRules29, "-A PREROUTING -d 172.18"),
        "daemon-json": '{ "allow-direct-routing": true }',
      },
    },
  ],
  good: [
    { name: "26 with policy DROP", captures: { ...host, "iptables-save": appnetRules26 } },
    { name: "29 drops in raw and at the end of DOCKER", captures: { ...host, "iptables-save": appnetRules29 } },
    {
      name: "gateway mode routed means it so",
      captures: {
        ...host,
        "docker-network-inspect": replaced(appnet, '"Options": {}', `"Options": { "${mode}": "routed" }`),
        "iptables-save": replaced(
          without(appnetRules29, "-A PREROUTING -d 172.18", "-s 172.18.0.0/16", "--dport 8080"),
          "-A DOCKER ! -i br-28feb3a9f564",
          "-A DOCKER -o br-28feb3a9f564 -p icmp -j ACCEPT\n-A DOCKER ! -i br-28feb3a9f564",
        ),
      },
    },
    {
      name: "policy ACCEPT, but DOCKER-USER drops what comes in by eth0",
      captures: {
        ...host,
        "iptables-save": replaced(
          replaced(appnetRules26, ":FORWARD DROP", ":FORWARD ACCEPT"),
          "-A DOCKER-USER -j RETURN",
          "-A DOCKER-USER -i eth0 -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP\n-A DOCKER-USER -j RETURN",
        ),
      },
    },
  ],
};
