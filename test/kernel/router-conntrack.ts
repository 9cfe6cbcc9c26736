import type { Connection, Packet, PortRange, Tuple } from "../../src/firewall/packet.ts";
import { type Address, sameAddress } from "../../src/lib/address.ts";

/** A connection of the router: the direction of a packet comes with the packet. */
export interface Entry {
  readonly original: Tuple;
  readonly reply: Tuple;
  readonly sourceNat: boolean;
  readonly destinationNat: boolean;
  readonly seenReply: boolean;
  readonly mark: number;
  readonly confirmed: boolean;
  /** Which sides have their NAT decided. */
  readonly decided: { readonly source: boolean; readonly destination: boolean };
}

export const invert = (tuple: Tuple): Tuple => ({
  source: tuple.destination,
  destination: tuple.source,
  protocol: tuple.protocol,
  sourcePort: tuple.destinationPort,
  destinationPort: tuple.sourcePort,
});

export const tupleOf = (packet: Tuple): Tuple => ({
  source: packet.source,
  destination: packet.destination,
  protocol: packet.protocol,
  sourcePort: packet.sourcePort,
  destinationPort: packet.destinationPort,
});

const samePorts = (a: PortRange | null, b: PortRange | null): boolean =>
  a === null || b === null ? a === b : a.from <= b.to && b.from <= a.to;

const sameTuple = (a: Tuple, b: Tuple): boolean =>
  a.protocol === b.protocol &&
  sameAddress(a.source, b.source) &&
  sameAddress(a.destination, b.destination) &&
  samePorts(a.sourcePort, b.sourcePort) &&
  samePorts(a.destinationPort, b.destinationPort);

/** The entry that a packet belongs to, and its direction. */
export function findEntry(
  entries: readonly Entry[],
  packet: Packet,
): { readonly entry: Entry; readonly direction: "original" | "reply" } | null {
  const tuple = tupleOf(packet);
  for (const entry of entries) {
    if (sameTuple(entry.original, tuple)) return { entry, direction: "original" };
    if (sameTuple(entry.reply, tuple)) return { entry, direction: "reply" };
  }
  return null;
}

/**
 * Whether conntrack takes a packet of no known connection for the first of a new one: `tcp_new` with its table in
 * nf_conntrack_proto_tcp.c (with nf_conntrack_tcp_loose=1), `nf_conntrack_icmp_packet`, `nf_conntrack_icmpv6_packet`.
 */
export function startsConnection(packet: Packet): boolean {
  if (packet.protocol === 6) {
    const flags = (packet.tcpFlags ?? 0) & ~(8 | 64 | 128);
    return flags === 0x02 || flags === 0x10;
  }
  if (packet.protocol === 1) return [8, 13, 15, 17].includes(packet.icmp?.type ?? 0);
  if (packet.protocol === 58) return [128, 139].includes(packet.icmp?.type ?? 0);
  return true;
}

export const newEntry = (packet: Packet): Entry => ({
  original: tupleOf(packet),
  reply: invert(tupleOf(packet)),
  sourceNat: false,
  destinationNat: false,
  seenReply: false,
  mark: 0,
  confirmed: false,
  decided: { source: false, destination: false },
});

/** What a packet of an entry carries for the rules. */
export function connectionOf(entry: Entry, direction: "original" | "reply"): Connection {
  return {
    state: direction === "reply" || entry.seenReply ? "established" : "new",
    direction,
    original: entry.original,
    reply: entry.reply,
    sourceNat: entry.sourceNat,
    destinationNat: entry.destinationNat,
    seenReply: entry.seenReply,
    mark: entry.mark,
  };
}

/** A packet that has no connection. */
export const noConnection = (packet: Packet, state: "invalid" | "untracked"): Connection => ({
  ...connectionOf(newEntry(packet), "original"),
  state,
});

export const withSource = (tuple: Tuple, source: Address, sourcePort: PortRange | null): Tuple => ({
  ...tuple,
  source,
  sourcePort,
});

export const withDestination = (tuple: Tuple, destination: Address, destinationPort: PortRange | null): Tuple => ({
  ...tuple,
  destination,
  destinationPort,
});
