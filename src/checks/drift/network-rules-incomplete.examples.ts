import { appnet, appnetPs, appnetRules26, appnetRules29, internalNet, internalRules29 } from "../examples/appnet.ts";
import { appnetNft } from "../examples/appnet-nft.ts";
import { appended, without } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";

const openPort =
  "-A DOCKER -d 172.18.0.2/32 ! -i br-28feb3a9f564 -o br-28feb3a9f564 -p tcp -m tcp --dport 80 -j ACCEPT";

export const examples: Examples = {
  bad: [
    {
      name: "firewall-cmd --reload on 26 took the isolating rules",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": without(appnetRules26, "-A DOCKER-ISOLATION-STAGE-1 -i", "-A DOCKER-ISOLATION-STAGE-2 -o"),
      },
    },
    {
      name: "the rule that lets answers back in was deleted by hand",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": without(appnetRules29, "-A DOCKER-CT -o br-28feb3a9f564"),
      },
    },
    {
      name: "a published port's rule stands behind the network's DROP",
      captures: {
        "docker-network-inspect": appnet,
        "docker-ps": appnetPs,
        "iptables-save": appended(without(appnetRules29, openPort), "filter", openPort),
      },
    },
  ],
  good: [
    {
      name: "complete on 26",
      captures: { "docker-network-inspect": appnet, "docker-ps": appnetPs, "iptables-save": appnetRules26 },
    },
    { name: "complete with nftables", captures: { "docker-network-inspect": appnet, "nft-ruleset": appnetNft } },
    {
      name: "an internal network has other rules",
      captures: { "docker-network-inspect": internalNet, "iptables-save": internalRules29 },
    },
    {
      name: "no raw rules at all: allow-direct-routing, or a kernel without the raw table",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": without(appnetRules29, "-A PREROUTING -d 172.18"),
      },
    },
  ],
};
