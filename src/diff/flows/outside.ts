import { freeAddressesIn, subnetsBehind } from "../../dataplane/free-address.ts";
import { residentStack } from "../../dataplane/local-addresses.ts";
import { outsideCandidates } from "../../dataplane/outside-candidates.ts";
import { lookupRoute } from "../../dataplane/routing.ts";
import type { Segment, Stack } from "../../dataplane/types.ts";
import { uplinksOf } from "../../dataplane/uplinks.ts";
import { type Address, formatPrefix, type Prefix } from "../../lib/address.ts";
import { groupBy } from "../../lib/group-by.ts";
import { covers, formatRange, isInside, type NamedRange, namedRanges } from "./named-ranges.ts";
import type { Both, HostSide } from "./side.ts";

/** Addresses of a machine outside, by family; null where it has none. */
type ByFamily = Readonly<Record<4 | 6, Address | null>>;

/** Machines outside that no rule tells apart: one of them stands for all. */
export interface Outsiders {
  /** By which of the host's interfaces they come. */
  readonly interface: string;
  /** `192.168.50.0/24`, `192.168.50.20`: what tells them apart from others there; null for anyone. */
  readonly who: string | null;
  /** How many more addresses or prefixes nothing tells apart from it. */
  readonly alike: number;
  readonly addresses: Readonly<Record<"before" | "after", ByFamily>>;
  readonly segments: Both<Segment>;
}

/** More addresses than that are not looked at: those that only one side names come first. */
const mostNamed = 4096;
/** One of each kind of named addresses is asked for, up to so many kinds. */
const mostKinds = 48;

/**
 * Everyone outside, as far as the rules, routes and sets of either side can tell machines apart: anyone behind an interface with a
 * default route, the neighbours on each interface's subnets, and each address or prefix that is named somewhere.
 */
export function outsideSources(before: HostSide, after: HostSide): readonly Outsiders[] {
  const named = namedRanges(before, after);
  const found = [
    ...names(before, after, anyoneBehind),
    ...names(before, after, segmentsOutside).map((name) => ({ name, subnets: subnetsOn(before, after, name) })),
  ].flatMap((one): Outsiders[] => {
    if (typeof one === "string") return [outsiders(before, after, one, null, outsideCandidates, named)];
    return one.subnets.flatMap((subnet) => {
      const who = neighbourIn(subnet, before, after, named);
      return who === null ? [] : [outsiders(before, after, one.name, formatPrefix(subnet), single(who), named)];
    });
  });
  const members = named.slice(0, mostNamed).flatMap((range) => {
    const who = memberOf(range, before, after, named);
    const ways = who === null ? [] : [wayOut(before, who), wayOut(after, who)];
    const name = ways.find((way) => way !== null) ?? null;
    return who === null || name === null ? [] : [{ range, who, name, kind: `${range.namedBy} ${ways}` }];
  });
  const rest = [...groupBy(members, ({ kind }) => kind).values()].slice(0, mostKinds).flatMap((alike) => {
    const [first] = alike;
    if (first === undefined) return [];
    const one = outsiders(before, after, first.name, formatRange(first.range), single(first.who), named);
    return [{ ...one, alike: alike.length - 1 }];
  });
  const seen = new Set<string>();
  return [...found, ...rest].filter((one) => {
    const key = `${one.interface} ${one.who}`;
    return !seen.has(key) && seen.add(key);
  });
}

const single = (address: Address): Readonly<Record<4 | 6, readonly Address[]>> => ({
  4: address.family === 4 ? [address] : [],
  6: address.family === 6 ? [address] : [],
});

function outsiders(
  before: HostSide,
  after: HostSide,
  name: string,
  who: string | null,
  candidates: Readonly<Record<4 | 6, readonly Address[]>>,
  named: readonly NamedRange[],
): Outsiders {
  const pick = (family: 4 | 6) =>
    candidates[family].find((one) => !named.some((range) => covers(range, one))) ?? candidates[family][0] ?? null;
  const chosen: ByFamily = { 4: pick(4), 6: pick(6) };
  return {
    interface: name,
    who,
    alike: 0,
    addresses: { before: chosen, after: chosen },
    segments: { before: segmentNamed(before, name), after: segmentNamed(after, name) },
  };
}

function names(before: HostSide, after: HostSide, of: (side: HostSide) => readonly string[]): readonly string[] {
  return [...new Set([...of(before), ...of(after)])].toSorted();
}

const anyoneBehind = ({ dataplane }: HostSide): readonly string[] => uplinksOf(dataplane).map(({ name }) => name);

/** The links on which there may be machines that the snapshot does not show. */
const segmentsOutside = ({ dataplane }: HostSide): readonly string[] =>
  [...dataplane.segments.values()].flatMap((one) => (one.outside === null ? [] : [one.interface]));

const segmentNamed = ({ dataplane }: HostSide, name: string): Segment | null =>
  dataplane.segments.get(`uplink:${name}`) ?? dataplane.segments.get(`bridge:${name}`) ?? null;

const hostStack = ({ dataplane }: HostSide): Stack | null => dataplane.own;

function subnetsOn(before: HostSide, after: HostSide, name: string): readonly Prefix[] {
  const all = [before, after].flatMap((side) => {
    const found = hostStack(side)?.interfaces.get(name);
    return found === undefined || !found.up ? [] : subnetsBehind(found);
  });
  return [...new Map(all.map((prefix) => [formatPrefix(prefix), prefix])).values()];
}

/** An address of the subnet that nobody has and nothing names. */
function neighbourIn(subnet: Prefix, before: HostSide, after: HostSide, named: readonly NamedRange[]): Address | null {
  const inside = named.filter((range) => isInside(range, subnet));
  const [first] = freeAddressesIn(
    subnet,
    (address) => !isFree(address, before, after) || inside.some((range) => covers(range, address)),
  );
  return first ?? null;
}

const isFree = (address: Address, ...sides: readonly HostSide[]): boolean =>
  sides.every(({ dataplane }) => residentStack(dataplane, address) === null);

/** An address that the range has and no smaller named range in it: a machine outside, so none of the snapshot's own. */
function memberOf(range: NamedRange, before: HostSide, after: HostSide, named: readonly NamedRange[]): Address | null {
  const { family, from, to } = range;
  const smaller = named.filter(
    (one) => one.family === family && one.from >= from && one.to <= to && one.to - one.from < to - from,
  );
  for (let at = from === to ? from : from + 1n, tries = 0; at <= to && tries < 64; at++, tries++) {
    const address = { family, value: at };
    if (isFree(address, before, after) && !smaller.some((one) => covers(one, address))) return address;
  }
  return null;
}

/** By which interface machines with this address come: the way that leads to them, if it leads out of the host. */
function wayOut(side: HostSide, address: Address): string | null {
  const own = hostStack(side);
  if (own === null) return null;
  const [route] = lookupRoute(own, { destination: address, source: null, incoming: null, mark: 0 }).results;
  if (route?.kind !== "unicast" || segmentNamed(side, route.device)?.outside == null) return null;
  return route.device;
}
