import type { RuleSet } from "../../firewall/rule-set.ts";
import { onceFor } from "../../lib/once-for.ts";
import type { NftRuleset } from "../../parsers/nft-ruleset.ts";
import type { NftRules } from "../host.ts";

/** `dormant`: switched off, no hook calls its chains. `unclear`: nft printed a flag, but not legibly which. */
export type TableState = "active" | "dormant" | "unclear";

/** A table by its family and name, as chains and rules name theirs. */
interface InTable {
  readonly family: string;
  readonly table: string;
}

type Table = NftRuleset["tables"][number];

const statesOf = onceFor((ruleset: NftRuleset): ReadonlyMap<string, TableState> => {
  const flagged = ruleset.tables.filter(({ flags }) => flags.length > 0);
  return new Map(flagged.map((table) => [`${table.family} ${table.name}`, readState(table, ruleset.version)]));
});

/** Whether a table takes part in what becomes of packets. */
export const tableState = (ruleset: NftRuleset, { family, table }: InTable): TableState =>
  statesOf(ruleset).get(`${family} ${table}`) ?? "active";

/**
 * A single flag was printed from memory that had been given back, until nft 1.1.0 (nftables src/json.c, table_flags_json, commit
 * b04512cf30de): 1.0.6 prints the table's name there. `dormant` was the only flag before 0.9.9.
 */
function readState({ name, flags }: Table, version: string | null): TableState {
  const [only, ...others] = flags;
  if (others.length > 0) return flags.includes("dormant") ? "dormant" : "active";
  const isLegible = ["dormant", "owner", "persist", "unknown"].includes(only ?? "") && only !== name;
  if (isLegible || isFrom(version, 1, 1, 0)) return only === "dormant" ? "dormant" : "active";
  return version !== null && !isFrom(version, 0, 9, 9) ? "dormant" : "unclear";
}

/** Whether nft is at least of this version; not known is not. */
export function isFrom(version: string | null, ...least: readonly number[]): boolean {
  const numbers = (version ?? "").split(".").map(Number);
  for (const [i, wanted] of least.entries()) {
    const found = numbers[i] ?? 0;
    if (found !== wanted) return found > wanted;
  }
  return version !== null;
}

const iptablesTables = new Set(["raw", "mangle", "nat", "filter", "security"]);

/** Whether a table is one of those that iptables-nft keeps in nftables, by their names and families (iptables/nft.c, xtables_ipv4). */
export const isOfIptables = ({ family, table }: InTable): boolean =>
  (family === "ip" || family === "ip6") && iptablesTables.has(table);

/** Says of a table whose flag is not legible what is not known, and how to find out. */
export const unclearTable = ({ family, table }: InTable): string =>
  `whether table ${family} ${table} is switched off (flags dormant) cannot be read in this nft's JSON: sudo nft list table ${family} ${table} says it`;

/**
 * The tables of an iptables rule set by what nft says of them: iptables-nft keeps its tables in nftables, where they can be
 * switched off, and its own listing shows nothing of that.
 */
export function stateOfIptables(set: RuleSet, table: string, nft: NftRules | null): TableState {
  if (nft === null || !isKeptInNft(set, table, nft.ruleset)) return "active";
  return tableState(nft.ruleset, { family: familyOf(set), table });
}

/** The same rule set without the tables that are switched off. */
export function inForce(set: RuleSet, nft: NftRules | null): RuleSet {
  const tables = set.tables.filter(({ name }) => stateOfIptables(set, name, nft) !== "dormant");
  return tables.length === set.tables.length ? set : { ...set, tables };
}

/** Whether a rule set is the nft back end's, and so tells of its table in nftables; one that does not say has as many rules. */
export function isKeptInNft(set: RuleSet, table: string, ruleset: NftRuleset): boolean {
  if (set.backend !== "iptables") return set.backend === "iptables-nft";
  const count = ruleset.rules.filter((rule) => rule.family === familyOf(set) && rule.table === table).length;
  return set.tables.some(({ name, rules }) => name === table && rules.length === count);
}

const familyOf = ({ family }: RuleSet): string => (family === 4 ? "ip" : "ip6");
