import { appnetHost } from "../examples/appnet-host.ts";
import type { Examples } from "../examples/example.ts";
import { firewalldTable, nftText } from "../examples/nft-tables.ts";

export const examples: Examples = {
  bad: [
    {
      name: "the bridge is in no zone, and the default one rejects",
      captures: appnetHost({ "nft-ruleset": nftText(firewalldTable({ docker0: "docker", eth0: "public" })) }),
    },
    {
      name: "somebody bound it to zone public",
      captures: appnetHost({
        "nft-ruleset": nftText(firewalldTable({ docker0: "docker", "br-28feb3a9f564": "public" })),
      }),
    },
  ],
  good: [
    {
      name: "both bridges in zone docker",
      captures: appnetHost({
        "nft-ruleset": nftText(firewalldTable({ docker0: "docker", "br-28feb3a9f564": "docker" })),
      }),
    },
    {
      name: "zone trusted accepts everything, too",
      captures: appnetHost({
        "nft-ruleset": nftText(firewalldTable({ docker0: "docker", "br-28feb3a9f564": "trusted" })),
      }),
    },
    { name: "firewalld is not running", captures: appnetHost({ "nft-ruleset": '{"nftables": []}\n' }) },
  ],
};
