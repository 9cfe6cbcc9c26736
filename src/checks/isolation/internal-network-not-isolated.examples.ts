import { internalNet, internalRules29 } from "../examples/appnet.ts";
import { appended, replaced, without } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";

export const examples: Examples = {
  bad: [
    {
      name: "the rule against packets from elsewhere is gone",
      captures: {
        "docker-network-inspect": internalNet,
        "iptables-save": without(internalRules29, "-A DOCKER-INTERNAL ! -s"),
      },
    },
    {
      name: "somebody gave it source NAT",
      captures: {
        "docker-network-inspect": internalNet,
        "iptables-save": appended(
          internalRules29,
          "nat",
          "-A POSTROUTING -s 172.20.1.0/24 ! -o br-c73cf829b44d -j MASQUERADE",
        ),
      },
    },
  ],
  good: [
    {
      name: "both rules are there",
      captures: { "docker-network-inspect": internalNet, "iptables-save": internalRules29 },
    },
    {
      name: "another network's masquerade rule",
      captures: {
        "docker-network-inspect": internalNet,
        "iptables-save": appended(internalRules29, "nat", "-A POSTROUTING -s 10.8.0.0/24 -o eth0 -j MASQUERADE"),
      },
    },
    {
      name: "icc is off as well",
      captures: {
        "docker-network-inspect": replaced(
          internalNet,
          '"Options": {}',
          '"Options": { "com.docker.network.bridge.enable_icc": "false" }',
        ),
        "iptables-save": replaced(
          internalRules29,
          "-i br-c73cf829b44d -o br-c73cf829b44d -j ACCEPT",
          "-i br-c73cf829b44d -o br-c73cf829b44d -j DROP",
        ),
      },
    },
  ],
};
