import { appnet, appnetRules26, appnetRules29 } from "../examples/appnet.ts";
import { appnetNft } from "../examples/appnet-nft.ts";
import { appended, replaced } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";

export const examples: Examples = {
  bad: [
    {
      name: "a downgrade from 28 to 27: DOCKER-FORWARD is left beside the rules of each bridge",
      captures: {
        "docker-network-inspect": appnet,
        "docker-version": '{"Server":{"Version":"27.5.1","ApiVersion":"1.47"}}',
        "iptables-save": replaced(
          appnetRules26,
          "-A FORWARD -j DOCKER-USER\n",
          "-A FORWARD -j DOCKER-USER\n-A FORWARD -j DOCKER-FORWARD\n-A DOCKER-FORWARD -j DOCKER-CT\n-A DOCKER-FORWARD -j DOCKER-ISOLATION-STAGE-1\n-A DOCKER-FORWARD -j DOCKER-BRIDGE\n",
        ).replace(":DOCKER-USER", ":DOCKER-FORWARD - [0:0]\n:DOCKER-USER"),
      },
    },
    {
      name: "the nftables back end, and iptables chains that are still filled",
      captures: { "docker-network-inspect": appnet, "nft-ruleset": appnetNft, "iptables-save": appnetRules29 },
    },
    {
      name: "an engine of 29 with the rules of 28.0.0",
      captures: {
        "docker-network-inspect": appnet,
        "docker-version": '{"Server":{"Version":"29.1.0","ApiVersion":"1.52"}}',
        "iptables-save": replaced(
          appnetRules29,
          "-A FORWARD -j DOCKER-FORWARD\n",
          "-A FORWARD -j DOCKER-FORWARD\n-A FORWARD -m set --match-set docker-ext-bridges-v4 dst -j DOCKER\n",
        ),
      },
    },
  ],
  good: [
    {
      name: "29, as its version says",
      captures: {
        "nft-ruleset": '{"nftables": []}\n',
        "docker-network-inspect": appnet,
        "docker-version": '{"Server":{"Version":"29.1.0","ApiVersion":"1.52"}}',
        "iptables-save": appnetRules29,
      },
    },
    {
      name: "DOCKER-USER outlives the change to nftables on purpose",
      captures: {
        "docker-network-inspect": appnet,
        "nft-ruleset": appnetNft,
        "iptables-save":
          "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:DOCKER-USER - [0:0]\n-A FORWARD -j DOCKER-USER\n-A DOCKER-USER -i eth0 -s 203.0.113.0/24 -j DROP\nCOMMIT\n",
      },
    },
    {
      name: "28.2 after 28.0: the same chains",
      captures: {
        "docker-network-inspect": appnet,
        "docker-version": '{"Server":{"Version":"26.1.5","ApiVersion":"1.45"}}',
        "iptables-save": appended(appnetRules26, "filter", "-A DOCKER-USER -j RETURN"),
      },
    },
  ],
};
