import { nftTable } from "../../docker-rules/nft-rule-set-index.ts";
import { isDockerChain } from "../../docker-rules/rule-set-index.ts";
import { sh } from "../../lib/command.ts";
import type { NftRules } from "../../model/host.ts";
import { tableState, unclearTable } from "../../model/queries/nft-tables.ts";
import { defineCheck, type Observation } from "../check.ts";
import { skip } from "../skip.ts";
import { count, some } from "../words.ts";

export const dockerTableDormant = defineCheck({
  id: "docker-table-dormant",
  severity: "error",
  sureness: "proven",
  category: "firewall-backend",
  title: "An nftables table with Docker's rules is switched off",
  why: "No hook calls the chains of a table with `flags dormant`: nothing in it filters or translates, though iptables-save and nft list every rule as ever.",
  fix: "Switch it on again: nft add table with its family and name, without flags.",
  sources: [
    "nft(8), TABLES: flags dormant",
    "net/netfilter/nf_tables_api.c nf_tables_updtable, nf_tables_table_disable",
  ],
  needs: ["nft-ruleset"],
  *run({ host }) {
    const nft = host.own.nftables;
    if (!nft.known) return;
    for (const table of nft.value.ruleset.tables) {
      if (!isOfDocker(nft.value, table)) continue;
      const place = { family: table.family, table: table.name };
      const state = tableState(nft.value.ruleset, place);
      if (state === "unclear") yield skip(unclearTable(place));
      if (state === "dormant") yield describe(nft.value, table);
    }
  },
});

type Table = NftRules["ruleset"]["tables"][number];

const isOfDocker = ({ ruleset }: NftRules, { family, name }: Table): boolean =>
  name === nftTable ||
  ruleset.chains.some((chain) => chain.family === family && chain.table === name && isDockerChain(chain.name));

function describe({ file, ruleset }: NftRules, { family, name, line }: Table): Observation {
  const rules = ruleset.rules.filter((rule) => rule.family === family && rule.table === name);
  const chains = ruleset.chains.filter((chain) => chain.family === family && chain.table === name);
  const [first] = chains;
  return {
    subject: { kind: "chain", name: `${family} ${name}` },
    message: `The nftables table ${family} ${name} is switched off (flags dormant): none of the ${count(rules.length, "rule")} in its chains (${some(chains.map((chain) => chain.name))}) holds.`,
    evidence: [{ file, line }, ...(first === undefined ? [] : [{ file, line: first.line }])],
    fix: {
      text: "Switch it on again, and find who switched it off.",
      commands: [sh`sudo nft add table ${family} ${name}`],
      cutsTraffic: false,
    },
  };
}
