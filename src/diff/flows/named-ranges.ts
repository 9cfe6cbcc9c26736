import { prefixOfRange, rangeOf } from "../../firewall/address-range.ts";
import { type AddressRange, asAddressTest } from "../../firewall/fields.ts";
import { networksIn } from "../../firewall/lookup/set-networks.ts";
import type { Rule } from "../../firewall/rules.ts";
import { matchesOf } from "../../firewall/statements.ts";
import { type Address, bitsOf, formatAddress, formatPrefix, type Prefix } from "../../lib/address.ts";
import { literalPrefix } from "../../lib/literals.ts";
import type { Host } from "../../model/host.ts";
import type { HostSide } from "./side.ts";

/** A range of addresses outside that rules, routes, policy rules or sets name. */
export interface NamedRange extends AddressRange {
  readonly family: 4 | 6;
  /** Who names it: the same for ranges that nothing tells apart. */
  readonly namedBy: string;
  /** Whether only one side names it: then it is part of what was changed. */
  readonly isNew: boolean;
}

/** A range as one side names it, once for each place. */
interface Naming extends AddressRange {
  readonly family: 4 | 6;
  readonly place: string;
}

/** The ranges that rules, routes, policy rules and sets name, those that only one side has first; without what is everything. */
export function namedRanges(before: HostSide, after: HostSide): readonly NamedRange[] {
  const found = new Map<string, Collected>();
  for (const side of ["before", "after"] as const)
    for (const range of namingsOf(side === "before" ? before : after)) {
      const key = `${range.family} ${range.from} ${range.to}`;
      const known = found.get(key) ?? { range, places: new Set(), sides: new Set() };
      found.set(key, known);
      known.places.add(`${side} ${range.place}`);
      known.sides.add(side);
    }
  const all = withWhatCovers([...found.values()]);
  return [...all.filter(({ isNew }) => isNew), ...all.filter(({ isNew }) => !isNew)];
}

interface Collected {
  readonly range: Naming;
  readonly places: Set<string>;
  readonly sides: Set<string>;
}

/** Whoever is in a range is in all those that cover it, too: one look at them in the order of where they begin. */
function withWhatCovers(all: readonly Collected[]): readonly NamedRange[] {
  const byStart = all.toSorted(
    ({ range: a }, { range: b }) => a.family - b.family || compareNumbers(a.from, b.from) || compareNumbers(b.to, a.to),
  );
  let open: readonly Collected[] = [];
  return byStart.map((one) => {
    const { family, from, to } = one.range;
    open = open.filter(({ range }) => range.family === family && range.to >= from);
    const covering = open.filter(({ range }) => range.to >= to);
    open = [...open, one];
    const places = new Set([one, ...covering].flatMap((each) => [...each.places]));
    return { family, from, to, namedBy: [...places].toSorted().join("\n"), isNew: one.sides.size === 1 };
  });
}

const compareNumbers = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

function* namingsOf({ host, dataplane }: HostSide): Generator<Naming> {
  const own = dataplane.own;
  const inside = [...linkBound, ...subnetsInside(host)].map(rangeOf);
  const named = function* (family: 4 | 6, { from, to }: AddressRange, place: string): Generator<Naming> {
    if (to - from >= 1n << BigInt(bitsOf(family) - 1)) return;
    if (!inside.some((one) => one.from <= from && to <= one.to)) yield { family, from, to, place };
  };
  for (const family of [4, 6] as const) {
    for (const table of own.firewall[family].firewall.tables)
      for (const { name, rules } of table.chains.values())
        for (const { ranges, run } of runsOf(rules))
          for (const range of ranges)
            yield* named(table.family, range, `${family} ${table.backend} ${table.name} ${name} ${run}`);
    for (const { from, to } of own.rules[family])
      for (const prefix of [from, to]) if (prefix !== null) yield* named(family, rangeOf(prefix), formatPrefix(prefix));
    for (const { to, table } of own.routes[family])
      if (table !== "local") yield* named(family, rangeOf(to), formatPrefix(to));
  }
  const sets = host.own.ipsets;
  if (!sets.known) return;
  for (const set of sets.value.sets)
    for (const { prefix, member, part } of networksIn(set)) {
      const others = member.entry.split(",").with(part, "");
      const options = Object.keys(member.options).filter((one) => !told.has(one));
      const shape = JSON.stringify([set.name, others, member.nomatch, options]);
      yield* named(prefix.address.family, rangeOf(prefix), shape);
    }
}

/** What a member only tells of. */
const told = new Set(["packets", "bytes", "comment"]);

/**
 * The ranges that each rule names. `run`: rules that lie one behind another and only differ in the one range that they name do
 * the same to whoever they name, as lists of banned addresses do.
 */
function* runsOf(
  rules: readonly Rule[],
): Generator<{ readonly ranges: readonly AddressRange[]; readonly run: number }> {
  let run = 0;
  let last: string | null = null;
  for (const rule of rules) {
    const ranges = matchesOf(rule).flatMap(({ test }) => asAddressTest(test)?.ranges ?? []);
    const shape = ranges.length === 1 ? shapeOf(rule) : null;
    if (shape === null || shape !== last) run++;
    last = shape;
    yield { ranges, run };
  }
}

/** A rule without the addresses that it names. */
const shapeOf = ({ statements }: Rule): string =>
  JSON.stringify(statements, (key, value: unknown) => {
    if (key === "text") return undefined;
    if (key === "ranges" && Array.isArray(value) && typeof value[0]?.from === "bigint") return "named";
    return typeof value === "bigint" ? `${value}` : value;
  });

/** Addresses that no router forwards: loopback, link-local, multicast and what is reserved behind it. */
const linkBound = ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "::1/128", "fe80::/10", "ff00::/8"].map(
  literalPrefix,
);

/** The subnets of networks that live on the host's own bridges: nobody outside has an address of theirs. */
function subnetsInside({ networks }: Host): readonly Prefix[] {
  return networks
    .filter(({ parent, driver }) => parent === null && driver !== "overlay")
    .flatMap(({ subnets }) => subnets.map(({ subnet }) => subnet));
}

/** Whether an address is of the range. */
export const covers = (range: NamedRange, { family, value }: Address): boolean =>
  range.family === family && range.from <= value && value <= range.to;

/** Whether a range is a part of a prefix and not all of it. */
export const isInside = (range: NamedRange, prefix: Prefix): boolean => {
  const { from, to } = rangeOf(prefix);
  return (
    range.family === prefix.address.family && range.from >= from && range.to <= to && range.to - range.from < to - from
  );
};

/** `192.168.50.20`, `192.168.50.0/24`, `10.0.0.1-10.0.0.5`. */
export function formatRange({ family, from, to }: NamedRange): string {
  const first = formatAddress({ family, value: from });
  if (from === to) return first;
  const prefix = prefixOfRange({ from, to }, family);
  return prefix === null ? `${first}-${formatAddress({ family, value: to })}` : formatPrefix(prefix);
}
