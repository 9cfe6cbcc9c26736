import { appnet, appnetPs, appnetRules26, appnetRules29 } from "../examples/appnet.ts";
import { appended, replaced } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";

export const examples: Examples = {
  bad: [
    {
      name: "nobody has the address",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": appended(
          appnetRules29,
          "nat",
          "-A DOCKER -p tcp -m tcp --dport 9999 -j DNAT --to-destination 172.18.0.99:80",
        ),
      },
    },
    {
      name: "another container has it by now, and publishes nothing",
      captures: {
        "docker-network-inspect": appnet,
        "docker-ps": appnetPs,
        "iptables-save": appended(
          appnetRules26,
          "nat",
          "-A DOCKER ! -i br-28feb3a9f564 -p tcp -m tcp --dport 9000 -j DNAT --to-destination 172.18.0.3:9000",
        ),
      },
    },
  ],
  good: [
    {
      name: "as it should be",
      captures: { "docker-network-inspect": appnet, "docker-ps": appnetPs, "iptables-save": appnetRules29 },
    },
    {
      name: "a rule of the user's, to a virtual machine, in a chain of his own",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": appended(
          appnetRules29,
          "nat",
          "-A PREROUTING -i eth0 -p tcp -m tcp --dport 2222 -j DNAT --to-destination 192.168.122.10:22",
        ),
      },
    },
    {
      name: "swarm's ingress leads to an endpoint that is no container",
      captures: {
        "docker-network-inspect": replaced(
          appnet,
          '"9e7c6d3be58c209cdfc4320f53c460a921d0729f668387d1427feb13050b5a22"',
          '"ingress-sbox"',
        ),
        "iptables-save": appended(
          appnetRules26,
          "nat",
          "-A DOCKER ! -i br-28feb3a9f564 -p tcp -m tcp --dport 9000 -j DNAT --to-destination 172.18.0.3:9000",
        ),
      },
    },
  ],
};
