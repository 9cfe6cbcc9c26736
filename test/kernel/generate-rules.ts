import type { Random } from "../support/random.ts";
import { addresses, anyMatch, baseMatches, type Place, protocolMatches } from "./generate-matches.ts";
import { type GeneratedSet, generateSets } from "./generate-sets.ts";
import { target } from "./generate-targets.ts";

/** The rules of the router, as text for `ipset restore`, `iptables-restore` and `ip6tables-restore`. */
export interface RuleTexts {
  readonly sets: readonly GeneratedSet[];
  readonly iptables: Readonly<Record<4 | 6, RuleText>>;
}

/** Rules by table. */
export interface RuleText {
  readonly tables: readonly TableText[];
}

export interface TableText {
  readonly name: string;
  /** With `mixed` rules some tables are legacy ones and some nft's: packets pass both. */
  readonly backend: "legacy" | "nft";
  /** `:INPUT ACCEPT`, `:U1 -`. */
  readonly chains: readonly string[];
  readonly rules: readonly string[];
}

export const builtinChains: Readonly<Record<string, readonly Place["hook"][]>> = {
  raw: ["PREROUTING", "OUTPUT"],
  mangle: ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"],
  nat: ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
  filter: ["INPUT", "FORWARD", "OUTPUT"],
  security: ["INPUT", "FORWARD", "OUTPUT"],
};

/** How often a table has rules: in rule sets that look at whole ways, and in those that look at single rules. */
const shares: Readonly<Record<string, number>> = { raw: 0.4, mangle: 0.6, nat: 0.7, filter: 1, security: 0.1 };
const probeShares: Readonly<Record<string, number>> = { raw: 0.4, mangle: 1, nat: 0.6, filter: 0.3 };

export type Backend = "legacy" | "nft" | "mixed";

/** `tag` keeps the sets' names apart from those of other rule sets. */
export function generateRules(r: Random, backend: Backend, tag: string): RuleTexts {
  const sets = generateSets(r, tag);
  const probes = r.chance(0.6);
  const family = (which: 4 | 6): RuleText => generateFamily(r, which, backend, sets, probes);
  return { sets, iptables: { 4: family(4), 6: family(6) } };
}

function generateFamily(
  r: Random,
  family: 4 | 6,
  backend: Backend,
  sets: readonly GeneratedSet[],
  probes: boolean,
): RuleText {
  const usable = sets.filter((set) => set.family === family || set.family === null);
  const names = Object.keys(builtinChains).filter((name) => r.chance((probes ? probeShares : shares)[name] ?? 0));
  return {
    tables: names.map((name) => {
      const own = backend === "mixed" ? r.pick(["legacy", "nft"] as const) : backend;
      const isProbe = probes && name === "mangle";
      return { backend: own, ...(isProbe ? probeTable(r, family, usable) : generateTable(r, family, name, usable)) };
    }),
  };
}

/** The bits of the type of service that rules of each hook may set: together those of one way show all rules that matched. */
const probeBits: Readonly<Record<Place["hook"], readonly number[]>> = {
  PREROUTING: [0, 1, 2],
  INPUT: [3, 4, 5, 6, 7],
  FORWARD: [3, 4, 5],
  OUTPUT: [0, 1, 2, 3, 4, 5],
  POSTROUTING: [6, 7],
};

/** A mangle table in which every rule that matches leaves its own bit in the packet, so that no rule hides another. */
function probeTable(r: Random, family: 4 | 6, sets: readonly GeneratedSet[]): Omit<TableText, "backend"> {
  const chains: string[] = [];
  const rules: string[] = [];
  for (const hook of builtinChains["mangle"] ?? []) {
    chains.push(`:${hook} ACCEPT [0:0]`);
    const place: Place = { family, table: "mangle", hook, isUserChain: false, sets };
    for (let i = r.below(3); i > 0; i--) rules.push(`-A ${hook} ${generateRule(r, place, [])}`);
    for (const bit of probeBits[hook]) {
      rules.push(`-A ${hook} ${probeMatch(r, place)} -j TOS --or-tos 0x${(1 << bit).toString(16)}`);
    }
  }
  return { name: "mangle", chains, rules };
}

/** One match, seldom two: the more there are, the seldomer all of them hold. */
function probeMatch(r: Random, place: Place): string {
  const base = (): string => baseMatches(r, place).slice(0, 1).join("");
  const kinds = r.weighted<() => string>([
    [2, base],
    [4, () => protocolMatches(r, place.family).parts.join(" ")],
    [12, () => anyMatch(r, place) ?? ""],
    [2, () => `${base()} ${anyMatch(r, place) ?? ""}`],
  ]);
  return kinds();
}

function generateTable(
  r: Random,
  family: 4 | 6,
  table: string,
  sets: readonly GeneratedSet[],
): Omit<TableText, "backend"> {
  const chains: string[] = [];
  const rules: string[] = [];
  for (const hook of builtinChains[table] ?? []) {
    const policy = table !== "nat" && r.chance(table === "filter" ? 0.3 : 0.03) ? "DROP" : "ACCEPT";
    chains.push(`:${hook} ${policy} [0:0]`);
    const place: Place = { family, table, hook, isUserChain: false, sets };
    const users = Array.from({ length: r.below(4) }, (_, i) => `${hook.slice(0, 4)}-${i + 1}`);
    for (const user of users) chains.push(`:${user} - [0:0]`);
    const most = table === "filter" ? 9 : 5;
    for (let i = r.below(most + 1); i > 0; i--) rules.push(`-A ${hook} ${generateRule(r, place, users)}`);
    for (const [i, user] of users.entries()) {
      const inside = { ...place, isUserChain: true };
      for (let n = r.below(5); n > 0; n--) rules.push(`-A ${user} ${generateRule(r, inside, users.slice(i + 1))}`);
    }
  }
  return { name: table, chains, rules };
}

function generateRule(r: Random, place: Place, callable: readonly string[]): string {
  const parts = baseMatches(r, place);
  let protocol: string | null = null;
  if (r.chance(0.5)) {
    const found = protocolMatches(r, place.family);
    parts.push(...found.parts);
    protocol = found.protocol;
  }
  for (
    let i = r.weighted([
      [5, 0],
      [5, 1],
      [2, 2],
    ]);
    i > 0;
    i--
  ) {
    const match = anyMatch(r, place);
    if (match !== null) parts.push(match);
  }
  const call = callable.length > 0 && r.chance(0.25) ? `-${r.pick(["j", "j", "g"])} ${r.pick(callable)}` : null;
  return [...parts, call ?? target(r, place, protocol)].filter((part) => part !== "").join(" ");
}

/** The text for `iptables-restore`. */
export function printTables({ tables }: RuleText): string {
  return tables
    .map(({ name, chains, rules }) => `${[`*${name}`, ...chains, ...rules, "COMMIT"].join("\n")}\n`)
    .join("");
}

/** An address of the given family that some machine has. */
export const someAddress = (r: Random, family: 4 | 6): string => r.pick(addresses(family));
