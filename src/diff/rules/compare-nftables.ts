import { groupBy } from "../../lib/group-by.ts";
import type { NftRules } from "../../model/host.ts";
import { type TableState, tableState } from "../../model/queries/nft-tables.ts";
import type { NftChain, NftSet } from "../../parsers/nft-ruleset.ts";
import type { ChainChange, ChainPlace } from "../change.ts";
import type { NamespaceOnSide, NamespacePair } from "../match/sides.ts";
import { compareChains, type KeyedRule, type ReadChain, type ReadRule } from "./compare-chain.ts";
import type { Spelling, Spellings } from "./spelling.ts";
import { nftFamily, stateWords } from "./table-state.ts";

/**
 * nft's own rule set: chains, and sets and maps by their elements. Tables that iptables-nft keeps there are left to
 * iptables-save, where both snapshots have that.
 */
export function compareNftables(place: NamespacePair, spelling: Spellings): ChainChange[] {
  const [before, after] = [place.before.namespace.nftables, place.after.namespace.nftables];
  if (!before.known || !after.known) return [];
  const told = toldByIptables(place);
  const states = [before.value.ruleset, after.value.ruleset] as const;
  // That a table of iptables is switched off nothing else tells.
  const own = (chains: readonly ReadChain[]) =>
    chains.flatMap((chain) => {
      const { family, table } = chain.place;
      if (!told.has(`${family} ${table}`)) return [chain];
      const [was, is] = states.map((ruleset) => tableState(ruleset, { family: nftFamily(family), table }));
      return was === is ? [] : [{ ...chain, rules: [] }];
    });
  return compareChains(
    own(readNftables(before.value, place.before, spelling.before)),
    own(readNftables(after.value, place.after, spelling.after)),
  );
}

/** The tables that iptables-save shows on either side, where it was captured on both. */
function toldByIptables({ before, after }: NamespacePair): ReadonlySet<string> {
  const told = new Set<string>();
  for (const which of ["iptables", "ip6tables"] as const) {
    const sides = [before.namespace[which], after.namespace[which]];
    if (!sides.every(({ known }) => known)) continue;
    for (const captured of sides) {
      if (!captured.known) continue;
      for (const { family, tables, backend } of captured.value.sets)
        if (backend !== "iptables-legacy") for (const { name } of tables) told.add(`${family} ${name}`);
    }
  }
  return told;
}

const families: Readonly<Record<string, ChainPlace["family"] | undefined>> = {
  ip: 4,
  ip6: 6,
  inet: "inet",
  arp: "arp",
  bridge: "bridge",
  netdev: "netdev",
};

function readNftables({ ruleset, file }: NftRules, inside: NamespaceOnSide, spelling: Spelling): ReadChain[] {
  const inChain = ({ family, table }: { family: string; table: string }, name: string) =>
    JSON.stringify([family, table, name]);
  const rules = groupBy(ruleset.rules, (rule) => inChain(rule, rule.chain));
  const read = (
    name: string,
    { family, table }: { family: string; table: string },
    rest: Omit<ReadChain, "key" | "place">,
  ): ReadChain[] => {
    const known = families[family];
    if (known === undefined) return [];
    const place = { namespace: inside.name, family: known, backend: "nftables", table, chain: name } as const;
    return [{ key: JSON.stringify([family, spelling.key(table), spelling.key(name)]), place, ...rest }];
  };
  return [
    ...ruleset.chains.flatMap((chain) =>
      read(chain.name, chain, {
        policy: describeBase(chain, tableState(ruleset, chain)),
        isBuiltIn: false,
        rules: (rules.get(inChain(chain, chain.name)) ?? []).map(({ expr, comment, line }) =>
          readExpression(comment === null ? expr : [...expr, { comment }], { file, line }, spelling),
        ),
      }),
    ),
    ...ruleset.sets.flatMap((set) =>
      read(`${set.map === null ? "set" : "map"} ${set.name}`, set, {
        policy: describeType(set),
        isBuiltIn: false,
        rules: set.elements
          .map((element) => readExpression(element, { file, line: set.line }, spelling))
          .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)),
      }),
    ),
  ];
}

function describeBase({ base }: NftChain, state: TableState): string | null {
  if (base === null) return null;
  const { type, hook, priority, policy, devices } = base;
  return [type, hook, ...devices, priority, policy ?? "accept", ...stateWords(state)].join(" ");
}

const describeType = ({ type, map, flags }: NftSet): string =>
  JSON.stringify([type, ...(map === null ? [] : [map]), ...flags]);

function readExpression(value: unknown, source: ReadRule["source"], spelling: Spelling): KeyedRule {
  const plain = withoutCounts(value);
  const spell = (how: (text: string) => string) => {
    const text = JSON.stringify(plain, (_, each) => (typeof each === "string" ? how(each) : each));
    return spelling.isInside && text.includes('"127.0.0.11"') ? text.replace(randomPort, '"$1":"*"') : text;
  };
  const key = spell(spelling.key);
  const read = () => ({
    text: JSON.stringify(plain),
    source,
    key,
    role: spell(spelling.role),
    parts: [],
    options: new Map(),
  });
  return { key, read };
}

/** Where the embedded DNS listens inside a container: any free port, another one each time. */
const randomPort = /"(port|right)":(?!53\b)\d+/g;

/** What the kernel counts, and when something expires. */
const counts = new Set(["packets", "bytes", "used", "expires", "handle"]);

/** A value of nft's JSON without what changes by itself, its members in one order. */
function withoutCounts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutCounts);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).filter(([name]) => !counts.has(name));
  return Object.fromEntries(
    members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, each]) => [name, withoutCounts(each)]),
  );
}
