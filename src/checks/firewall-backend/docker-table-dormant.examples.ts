import { appnetHost } from "../examples/appnet-host.ts";
import { appnetNft } from "../examples/appnet-nft.ts";
import { replaced } from "../examples/edit.ts";
import type { Examples } from "../examples/example.ts";
import { flagged } from "../examples/nft-tables.ts";

const filter = [
  { table: { family: "ip", name: "filter", handle: 1 } },
  { chain: { family: "ip", table: "filter", name: "DOCKER", handle: 2 } },
  { rule: { family: "ip", table: "filter", chain: "DOCKER", handle: 3, expr: [{ drop: null }] } },
];
const mine = [{ table: { family: "inet", name: "mine", handle: 1 } }];
const bridges = '{"table": {"family": "ip", "name": "docker-bridges", "handle": 1';

export const examples: Examples = {
  bad: [
    {
      name: "Docker's own table",
      captures: { "nft-ruleset": replaced(appnetNft, bridges, `${bridges}, "flags": ["dormant"]`) },
    },
    {
      name: "the one in which iptables-nft keeps the table filter",
      captures: appnetHost({ "nft-ruleset": flagged(["dormant"], filter) }),
    },
  ],
  good: [
    { name: "both are on", captures: { "nft-ruleset": appnetNft } },
    { name: "a table of somebody else's is switched off", captures: { "nft-ruleset": flagged(["dormant"], mine) } },
    {
      name: "nft 1.0.6 prints the table's name for its only flag",
      skipped: true,
      captures: appnetHost({ "nft-ruleset": flagged("filter", filter) }),
    },
  ],
};
