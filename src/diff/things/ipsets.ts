import type { Source } from "../../lib/source.ts";
import type { IpSet, IpSetMember } from "../../parsers/ipset-save.ts";
import type { Change, ChangedField } from "../change.ts";
import { type Comparer, compareList } from "../compare-list.ts";
import type { NamespaceOnSide, Sides } from "../match/sides.ts";

interface Placed extends IpSet {
  readonly sources: readonly Source[];
}

/** Sets of addresses and ports: their members in any order, without what the kernel counts and lets expire. */
export function compareIpsets({ places }: Sides): Change[] {
  return places.flatMap((place) => compareList(place, setsOf(place.before), setsOf(place.after), comparer));
}

function setsOf({ namespace: { ipsets } }: NamespaceOnSide): Placed[] {
  if (!ipsets.known) return [];
  const { file, sets } = ipsets.value;
  return sets.map((set) => ({ ...set, sources: [{ file, line: set.line }] }));
}

/** Options with which the kernel keeps the set, not what is in it. */
const internal = new Set(["hashsize", "bucketsize", "initval", "resize", "probes"]);
/** Of a member, what changes by itself. */
const volatile = new Set(["timeout", "packets", "bytes"]);

const say = (options: Readonly<Record<string, string>>, leaveOut: ReadonlySet<string>): string =>
  Object.entries(options)
    .filter(([name]) => !leaveOut.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ` ${name}${value === "" ? "" : ` ${value}`}`)
    .join("");

const sayMember = ({ entry, nomatch, options }: IpSetMember): string =>
  `${entry}${nomatch ? " nomatch" : ""}${say(options, volatile)}`;

const membersOf = ({ members }: IpSet): ReadonlySet<string> => new Set(members.map(sayMember));

function memberFields(before: IpSet, after: IpSet): ChangedField[] {
  const [was, is] = [membersOf(before), membersOf(after)];
  const gone = [...was]
    .filter((member) => !is.has(member))
    .map((member) => ({ name: "member", before: member, after: null }));
  const come = [...is]
    .filter((member) => !was.has(member))
    .map((member) => ({ name: "member", before: null, after: member }));
  return [...gone, ...come].sort((a, b) => ((a.before ?? a.after ?? "") < (b.before ?? b.after ?? "") ? -1 : 1));
}

const comparer: Comparer<Placed> = {
  kind: "ipset",
  listedBy: ["ipset-save"],
  keyOf: ({ name }) => name,
  nameOf: ({ name }) => name,
  withinOf: (_, { name }) => name,
  properties: [
    { name: "type", of: ({ type }) => type, essential: true },
    { name: "options", of: ({ options }) => say(options, internal).trim() || null },
  ],
  moreFields: memberFields,
};
