import type { Stack } from "../../dataplane/types.ts";
import type { Action } from "../../firewall/actions.ts";
import { asAddressTest, asPortTest, isAddressField } from "../../firewall/fields.ts";
import type { Match } from "../../firewall/matches.ts";
import type { Rule } from "../../firewall/rules.ts";
import { isMatch, matchesOf } from "../../firewall/statements.ts";
import { groupBy } from "../../lib/group-by.ts";
import type { Name, Symbols } from "./symbols.ts";

/** A rule that can only match packets of its owners, with its text in pieces: an owner's words are left open. */
export interface OwnedRule {
  readonly chain: number;
  readonly position: number;
  /** How many rules of the chain before it are nobody's; and how many are nobody's or a network's only. */
  readonly rank: { readonly common: number; readonly shared: number };
  readonly owners: readonly string[];
  readonly pieces: readonly (string | Name)[];
}

/** The rules of a host's namespace by their owners. */
export interface RuleIndex {
  /** Each rule once, under that of its owners who has the fewest: whoever names all of its owners finds it. */
  readonly byOwner: ReadonlyMap<string, readonly OwnedRule[]>;
  /** Owners whose packets have to be followed one by one: a rule tells them apart in a way that no index shows. */
  readonly isSpecial: (owner: string) => boolean;
}

/** Indexes the rules of the host: those that nobody owns are the same for everybody, and are only counted. */
export function indexRules(stack: Stack, owners: Symbols): RuleIndex {
  const rules: OwnedRule[] = [];
  const special = new Set<string>(owners.ambiguous);
  // A test of an address's single bits, or of a card's own address, may tell any two machines apart.
  let tellsAll = false;
  let chain = 0;
  for (const family of [4, 6] as const)
    for (const table of stack.firewall[family].firewall.tables)
      for (const { rules: all } of table.chains.values()) {
        const rank = { common: 0, shared: 0 };
        chain++;
        for (const rule of all) {
          tellsAll ||= matchesOf(rule).some(
            ({ test }) =>
              test.kind === "field" && (test.mask !== null ? isAddressField(test.field) : test.field === "source-mac"),
          );
          const owned = readRule(rule, table.family, owners, special);
          if (owned.owners.length > 0) rules.push({ chain, position: rule.position, rank: { ...rank }, ...owned });
          if (owned.owners.length === 0) rank.common++;
          if (owned.owners.every((one) => one.startsWith("n:"))) rank.shared++;
        }
      }
  const counts = new Map<string, number>();
  for (const owner of rules.flatMap((rule) => rule.owners)) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  const rarest = (rule: OwnedRule): string =>
    rule.owners.reduce((one, other) => ((counts.get(other) ?? 0) < (counts.get(one) ?? 0) ? other : one));
  return {
    byOwner: groupBy(rules, rarest),
    isSpecial: (owner) => special.has(owner) || (tellsAll && owner.startsWith("c:")),
  };
}

function readRule(
  rule: Rule,
  family: 4 | 6,
  owners: Symbols,
  special: Set<string>,
): Pick<OwnedRule, "owners" | "pieces"> {
  const found = new Set<string>();
  const sources = new Set<string>();
  const others = new Set<string>();
  const passing = new Set<string>();
  for (const { test, plain } of matchesOf(rule)) {
    const word = wordOf(test, family, owners);
    if (word === null) continue;
    if (test.negated || !plain) {
      passing.add(word.owner);
      continue;
    }
    found.add(word.owner);
    const isSource = test.kind === "field" ? /source/.test(test.field) : "side" in test && test.side === "in";
    (isSource ? sources : others).add(word.owner);
  }
  // Whom a rule only names in passing (`! -d ADDRESS`), it tells apart from all others; who else it is for finds it either way.
  for (const owner of passing) if (owner.startsWith("c:") || found.size === 0) special.add(owner);
  // Only what is said of destinations can be told of each container for itself: see `Alike`.
  for (const owner of sources) if (owner.startsWith("c:") && !others.has(owner)) special.add(owner);
  const containers = [...found].filter((owner) => owner.startsWith("c:"));
  if (containers.length > 1) for (const owner of containers) special.add(owner);
  return {
    owners: [...found],
    pieces: piecesOf(
      rule.statements.map((one) => (isMatch(one) ? printTest(one, family, owners) : printAction(one, family, owners))),
    ),
  };
}

/** The word that a test is about, where it is about one thing only. */
function wordOf(test: Match, family: 4 | 6, owners: Symbols): Name | null {
  if (test.kind === "interface" || test.kind === "bridge-port") return test.isPrefix ? null : owners.iface(test.name);
  if (test.kind !== "field" || test.mask !== null) return null;
  const [address, ...addresses] = asAddressTest(test)?.ranges ?? [];
  if (address !== undefined) return addresses.length > 0 ? null : owners.range(family, address.from, address.to);
  const [port, ...ports] = asPortTest(test)?.ranges ?? [];
  return port === undefined || ports.length > 0 ? null : owners.port(port.from, port.to);
}

type Pieces = readonly (string | Name)[];

function printTest(test: Match, family: 4 | 6, owners: Symbols): Pieces {
  const word = wordOf(test, family, owners);
  if (test.kind === "all-of" || test.kind === "any-of")
    return [`${test.negated} ${test.kind} (`, ...test.matches.flatMap((one) => printTest(one, family, owners)), ")"];
  if (word === null) return [plainText(test)];
  const { text: _text, ...rest } = test;
  const { ranges: _ranges, name: _name, ...shape } = rest as typeof rest & { ranges?: unknown; name?: unknown };
  return [plainText(shape), word];
}

function printAction(action: Action, family: 4 | 6, owners: Symbols): Pieces {
  if (action.kind !== "nat" || !("addresses" in action.nat)) return [plainText(action)];
  const { addresses, ports, ...shape } = action.nat;
  const target = addresses === null ? null : owners.range(family, addresses.from, addresses.to);
  const port = ports === null ? null : owners.port(ports.from, ports.to);
  return [plainText(shape), target ?? plainText(addresses), port ?? plainText(ports)];
}

const plainText = (value: unknown): string =>
  JSON.stringify(value, (key, one) =>
    key === "text" ? undefined : typeof one === "bigint" ? one.toString(16) : one,
  ) ?? "";

const piecesOf = (all: readonly Pieces[]): Pieces => all.flatMap((pieces) => [...pieces, ";"]);
