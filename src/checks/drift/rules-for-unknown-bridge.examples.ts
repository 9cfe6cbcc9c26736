import { appnet, appnetAddresses, appnetRules26, appnetRules29 } from "../examples/appnet.ts";
import { appended, replaced } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";

export const examples: Examples = {
  bad: [
    {
      name: "a firewalld reload wrote the rules of a deleted network again",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": appnetAddresses,
        "iptables-save": appended(
          appended(
            appnetRules26,
            "filter",
            "-A FORWARD -o br-5d1e6f36d80e -j DOCKER",
            "-A DOCKER-ISOLATION-STAGE-2 -o br-5d1e6f36d80e -j DROP",
          ),
          "nat",
          "-A POSTROUTING -s 172.20.0.0/24 ! -o br-5d1e6f36d80e -j MASQUERADE",
        ),
      },
    },
    {
      name: "the masquerade rule of a network's former subnet",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": appnetAddresses,
        "iptables-save": appended(
          appnetRules29,
          "nat",
          "-A POSTROUTING -s 172.30.0.0/16 ! -o br-28feb3a9f564 -j MASQUERADE",
        ),
      },
    },
  ],
  good: [
    {
      name: "a second engine's bridge is on this host",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": appnetAddresses
          .replaceAll("6: vethac71698@if2", "6: br-5d1e6f36d80e")
          .replace(
            " master br-28feb3a9f564 state UP group default qlen 0\n    link/ether 0e",
            " state UP group default qlen 0\n    link/ether 0e",
          ),
        "iptables-save": appended(appnetRules26, "filter", "-A FORWARD -o br-5d1e6f36d80e -j DOCKER"),
      },
    },
    {
      name: "the bridge is gone, but its network is not: that is another finding",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": appnetAddresses.replaceAll("br-28feb3a9f564", "br-5d1e6f36d80e"),
        "iptables-save": appnetRules29,
      },
      alsoFinds: ["orphan-bridge", "network-bridge-missing", "capture-incomplete-or-skewed"],
    },
    {
      name: "a user's rule for all bridges",
      captures: {
        "docker-network-inspect": appnet,
        "ip-addr": appnetAddresses,
        "iptables-save": replaced(
          appnetRules29,
          "-A FORWARD -j DOCKER-USER\n",
          "-A FORWARD -j DOCKER-USER\n-A DOCKER-USER -i br-+ -j RETURN\n",
        ),
      },
    },
  ],
};
