import { bitsOf, parseAddress } from "../../lib/address.ts";
import { onceFor } from "../../lib/once-for.ts";
import type { IpSet } from "../../parsers/ipset-save.ts";
import { type EntryPart, readEntry, type SetField } from "../compile/ipset/entry.ts";
import { readNumber } from "../compile/numbers.ts";

/** The entries that share their addresses, marks and prefix lengths: what is left to compare. */
export interface IndexSlot {
  /** For entries without ports, MAC addresses and interfaces: whether they are marked `nomatch`; null when there are none. */
  nomatch: boolean | null;
  /** By protocol * 65536 + port. */
  ports: Map<number, boolean> | null;
  macs: Set<number> | null;
  interfaces: { readonly part: Extract<EntryPart, { kind: "iface" }>; readonly nomatch: boolean }[] | null;
}

/** The entries of one combination of prefix lengths. */
export interface Level {
  readonly lengths: readonly number[];
  readonly slots: Map<string, IndexSlot>;
}

/** A set made ready for lookups. */
export interface SetIndex {
  readonly name: string;
  readonly type: string;
  readonly fields: readonly SetField[];
  readonly family: 4 | 6 | null;
  /** Longest prefixes first, the first field's before the second's, as `mtype_test_cidrs` tries them. */
  readonly levels: readonly Level[];
  /** What addresses are masked with before they are looked up (`netmask`, `bitmask`); null for all bits. */
  readonly addressMask: bigint | null;
  readonly markMask: number;
  readonly hasNomatch: boolean;
  /** The first entry that cannot be read. */
  readonly unread: string | null;
}

/** The index of a set, made once; null for types that are not followed. */
export const indexOf = onceFor((set: IpSet): SetIndex | null => makeIndex(set));

const fieldNames: ReadonlySet<string> = new Set(["ip", "net", "port", "mac", "mark", "iface"] satisfies SetField[]);

/** The parts of a set's entries; null for types that are not followed. */
export function fieldsOf(type: string): SetField[] | null {
  if (type === "bitmap:port") return ["plain-port"];
  const names = /^(?:hash|bitmap):([a-z,]+)$/.exec(type)?.[1]?.split(",") ?? null;
  return names?.every((name) => fieldNames.has(name)) ? (names as SetField[]) : null;
}

/** The family of a set's addresses; null where it holds none. */
export function familyOf({ options }: IpSet, fields: readonly SetField[]): 4 | 6 | null {
  if (!fields.includes("ip") && !fields.includes("net")) return null;
  return options["family"] === "inet6" ? 6 : 4;
}

function makeIndex(set: IpSet): SetIndex | null {
  const fields = fieldsOf(set.type);
  if (fields === null) return null;
  const family = familyOf(set, fields);
  const levels = new Map<string, Level>();
  let unread: string | null = null;
  for (const member of set.members) {
    const combinations = readEntry(member, fields, family);
    if (combinations === null) unread ??= member.entry;
    for (const parts of combinations ?? []) addEntry(levels, parts, member.nomatch);
  }
  const addressMask = maskOf(set, family);
  return {
    name: set.name,
    type: set.type,
    fields,
    family,
    levels: [...levels.values()].sort((a, b) => compareLengths(b.lengths, a.lengths)),
    addressMask: addressMask ?? null,
    markMask: readNumber(set.options["markmask"] ?? "", 0xffffffff) ?? 0xffffffff,
    hasNomatch: fields.includes("net"),
    unread: addressMask === undefined ? "its mask" : unread,
  };
}

/** The mask of `netmask N` or `bitmask ADDRESS`; null without, undefined when it cannot be read. */
function maskOf(set: IpSet, family: 4 | 6 | null): bigint | null | undefined {
  const { netmask, bitmask } = set.options;
  const bits = bitsOf(family ?? 4);
  if (netmask !== undefined) {
    const length = readNumber(netmask, bits);
    return length === null ? undefined : ((1n << BigInt(length)) - 1n) << BigInt(bits - length);
  }
  return bitmask === undefined ? null : parseAddress(bitmask)?.value;
}

function compareLengths(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((length, i) => length !== b[i]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

/** The key of addresses and marks in a level's slots. */
export const keyOf = (values: readonly (bigint | number)[]): string => values.map((value) => value.toString(16)).join();

function addEntry(levels: Map<string, Level>, parts: readonly EntryPart[], nomatch: boolean): void {
  const lengths = parts.flatMap((part): number[] => (part.kind === "network" ? [part.length] : []));
  const level = levels.get(lengths.join()) ?? { lengths, slots: new Map<string, IndexSlot>() };
  levels.set(lengths.join(), level);
  const values = parts.flatMap((part): (bigint | number)[] =>
    part.kind === "network" ? [part.value] : part.kind === "mark" ? [part.mark] : [],
  );
  const key = keyOf(values);
  const slot: IndexSlot = level.slots.get(key) ?? { nomatch: null, ports: null, macs: null, interfaces: null };
  level.slots.set(key, slot);
  addToSlot(slot, parts, nomatch);
}

function addToSlot(slot: IndexSlot, parts: readonly EntryPart[], nomatch: boolean): void {
  slot.nomatch = nomatch;
  for (const part of parts) {
    if (part.kind === "port") {
      slot.ports ??= new Map();
      const { from, to } = part.range;
      for (let port = from; port <= to; port++) slot.ports.set((part.protocol ?? 0) * 65_536 + port, nomatch);
    } else if (part.kind === "mac") {
      slot.macs ??= new Set();
      slot.macs.add(part.mac);
    } else if (part.kind === "iface") {
      slot.interfaces ??= [];
      slot.interfaces.push({ part, nomatch });
    }
  }
}
