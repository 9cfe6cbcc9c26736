import { appnetHost } from "../examples/appnet-host.ts";
import type { Examples } from "../examples/example.ts";
import {
  accept,
  answers,
  firewalldTable,
  flagged,
  iifname,
  nftForward,
  nftText,
  oifname,
  translated,
} from "../examples/nft-tables.ts";

export const examples: Examples = {
  bad: [
    {
      name: "a hand-made table with policy drop",
      captures: appnetHost({ "nft-ruleset": nftText(nftForward("filter", "drop", [answers, accept])) }),
    },
    {
      name: "containers get out, but nobody gets to a published port",
      captures: appnetHost({
        "nft-ruleset": nftText(
          nftForward("myfw", "accept", [answers, accept], [iifname("br-*"), accept], [{ drop: null }]),
        ),
      }),
    },
    {
      name: "answers are forgotten",
      captures: appnetHost({
        "nft-ruleset": nftText(nftForward("myfw", "drop", [iifname("br-28feb3a9f564"), accept], [translated, accept])),
      }),
    },
  ],
  good: [
    {
      name: "firewalld's own chains are a matter of zones: firewalld-zone-mismatch tells of them",
      captures: appnetHost({ "nft-ruleset": nftText(firewalldTable({ docker0: "docker", eth0: "public" })) }),
      alsoFinds: ["firewalld-zone-mismatch"],
    },
    {
      name: "the chain accepts the bridges, answers and translated connections first",
      captures: appnetHost({
        "nft-ruleset": nftText(
          nftForward(
            "filter",
            "drop",
            [answers, accept],
            [iifname("br-*"), accept],
            [iifname("docker0"), accept],
            [translated, accept],
          ),
        ),
      }),
    },
    {
      name: "policy accept, and a drop for another interface",
      captures: appnetHost({
        "nft-ruleset": nftText(nftForward("filter", "accept", [oifname("wlan0"), { drop: null }])),
      }),
    },
    {
      name: "the table is switched off: no hook calls it",
      captures: appnetHost({ "nft-ruleset": flagged(["dormant"], nftForward("filter", "drop", [answers, accept])) }),
    },
    {
      name: "nft 1.0.6 prints the table's name for its only flag: it may be switched off",
      skipped: true,
      captures: appnetHost({ "nft-ruleset": flagged("filter", nftForward("filter", "drop", [answers, accept])) }),
    },
    {
      name: "whether it drops hangs on a set that the snapshot does not show",
      skipped: true,
      captures: appnetHost({
        "nft-ruleset": nftText(
          nftForward(
            "filter",
            "drop",
            [{ match: { op: "==", left: { payload: { protocol: "ip", field: "saddr" } }, right: "@friends" } }, accept],
            [{ match: { op: "==", left: { payload: { protocol: "ip", field: "daddr" } }, right: "@friends" } }, accept],
          ),
        ),
      }),
    },
  ],
};
