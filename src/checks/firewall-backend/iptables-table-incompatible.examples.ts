import { appnet, appnetRules29 } from "../examples/appnet.ts";
import { appnetHost } from "../examples/appnet-host.ts";
import type { Examples } from "../examples/example.ts";

export const examples: Examples = {
  bad: [
    {
      name: "the filter table cannot be shown at all",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": `# Table \`filter' is incompatible, use 'nft' tool.\n${appnetRules29.slice(appnetRules29.indexOf("*nat"))}`,
      },
      alsoFinds: ["docker-chains-missing", "docker-jump-missing", "network-rules-incomplete"],
    },
    {
      name: "a base chain of somebody else's in the table",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": appnetRules29.replace(
          "*filter",
          "# Table `filter' contains incompatible base-chains, use 'nft' tool to list them.\n*filter",
        ),
      },
    },
  ],
  good: [
    { name: "every table can be read", captures: appnetHost() },
    {
      name: "an old warning about another matter",
      captures: {
        "docker-network-inspect": appnet,
        "iptables-save": `# Warning: iptables-legacy tables present, use iptables-legacy-save to see them\n${appnetRules29}`,
      },
    },
  ],
};
