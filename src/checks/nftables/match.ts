import { and, maybe, not, type Tri } from "../../firewall/tri.ts";
import { contains, parseAddress, parsePrefix } from "../../lib/address.ts";
import type { NftRuleset } from "../../parsers/nft-ruleset.ts";

/** A forwarded packet, as far as hand-written nftables rules ask about it. */
export interface NftPacket {
  readonly family: 4 | 6;
  readonly incoming: string;
  readonly outgoing: string;
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  readonly port: number;
  readonly state: "new" | "established";
  /** Whether DNAT rewrote its connection, and the port that the client asked for. */
  readonly translated: boolean;
  readonly originalPort: number;
}

/** Where the sets that a rule names are looked up: its table. */
export interface NftScope {
  readonly ruleset: NftRuleset;
  readonly family: string;
  readonly table: string;
}

/** Whether a `match` statement (libnftables-json(5)) holds for a packet; not known for fields that are not looked at. */
export function matchesNft(body: unknown, packet: NftPacket, scope: NftScope): Tri {
  const [left, op, right] = [member(body, "left"), member(body, "op"), member(body, "right")];
  const value = fieldOf(left, packet);
  if (value === undefined) return maybe({ code: "match-unknowable", why: `a rule asks for ${JSON.stringify(left)}` });
  if (value === false) return false;
  if (op !== "==" && op !== "in" && op !== "!=")
    return maybe({ code: "match-unknowable", why: `a rule compares with ${String(op)}` });
  const found = isAmong(value, right, scope);
  return op === "!=" ? not(found) : found;
}

/** What the packet has in a field; false where it has no such header, undefined where this program does not look. */
function fieldOf(left: unknown, packet: NftPacket): string | number | readonly string[] | false | undefined {
  switch (member(member(left, "meta"), "key")) {
    case "iifname":
    case "iif":
      return packet.incoming;
    case "oifname":
    case "oif":
      return packet.outgoing;
    case "l4proto":
      return packet.protocol;
    case "nfproto":
      return packet.family === 4 ? "ipv4" : "ipv6";
  }
  switch (member(member(left, "ct"), "key")) {
    case "state":
      return packet.state;
    case "status":
      return packet.translated ? ["dnat"] : [];
    case "direction":
      return packet.state === "new" ? "original" : "reply";
    case "proto-dst":
      return member(member(left, "ct"), "dir") === "original" ? packet.originalPort : undefined;
  }
  const payload = member(left, "payload");
  const field = member(payload, "field");
  switch (member(payload, "protocol")) {
    case "ip":
    case "ip6":
      if ((member(payload, "protocol") === "ip") !== (packet.family === 4)) return false;
      if (field === "saddr") return packet.source;
      if (field === "daddr") return packet.destination;
      return field === "protocol" || field === "nexthdr" ? packet.protocol : undefined;
    case "tcp":
    case "udp":
    case "sctp":
      if (member(payload, "protocol") !== packet.protocol) return false;
      return field === "dport" ? packet.port : undefined;
    case "th":
      return field === "dport" ? packet.port : undefined;
    case "icmp":
    case "icmpv6":
      return false;
  }
  return undefined;
}

function isAmong(value: string | number | readonly string[], right: unknown, scope: NftScope): Tri {
  if (Array.isArray(value)) return (value as readonly string[]).some((one) => listOf(right).includes(one));
  const named = typeof right === "string" && right.startsWith("@") ? right.slice(1) : null;
  if (named === null) return listOf(right).some((one) => isEqual(value as string | number, one));
  const set = scope.ruleset.sets.find(
    ({ family, table, name }) => family === scope.family && table === scope.table && name === named,
  );
  if (set === undefined)
    return maybe({ code: "match-unknowable", why: `the members of the set ${named} are not known` });
  return set.elements.some((one) => isEqual(value as string | number, member(member(one, "elem"), "val") ?? one));
}

const listOf = (right: unknown): readonly unknown[] => {
  const set = member(right, "set") ?? right;
  return Array.isArray(set) ? (set as readonly unknown[]) : [set];
};

/** One value against one element: an interface name with `*`, a prefix, a range of ports or addresses, or the same. */
function isEqual(value: string | number, element: unknown): boolean {
  const [from, to] = rangeOf(element);
  if (from !== undefined && to !== undefined) return typeof value === "number" && value >= from && value <= to;
  const prefix = member(element, "prefix");
  const address = typeof value === "string" ? parseAddress(value) : null;
  if (prefix !== undefined && address !== null) {
    const parsed = parsePrefix(`${String(member(prefix, "addr"))}/${String(member(prefix, "len"))}`);
    return parsed !== null && contains(parsed, address);
  }
  if (typeof element === "string" && element.endsWith("*") && typeof value === "string")
    return value.startsWith(element.slice(0, -1));
  return element === value;
}

function rangeOf(element: unknown): readonly [number | undefined, number | undefined] {
  const range = member(element, "range");
  const [from, to] = Array.isArray(range) ? (range as readonly unknown[]) : [];
  return [typeof from === "number" ? from : undefined, typeof to === "number" ? to : undefined];
}

/** A member of what nft printed, where it is an object that has it. */
export const member = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;

/** Whether all of a rule's matches hold. */
export const allMatch = (matches: readonly unknown[], packet: NftPacket, scope: NftScope): Tri =>
  matches.reduce<Tri>((sum, body) => (sum === false ? false : and(sum, matchesNft(body, packet, scope))), true);
