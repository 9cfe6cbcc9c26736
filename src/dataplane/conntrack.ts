import type { Connection, PortRange, Tuple } from "../firewall/packet.ts";
import { type Address, sameAddress } from "../lib/address.ts";

/**
 * One connection as the conntrack of one namespace keeps it: the first packet's tuple, the answer's, and what NAT has
 * decided already. NAT is decided once for each side, by the first packet (net/netfilter/nf_nat_core.c, nf_nat_initialized).
 */
export interface ConntrackEntry {
  readonly original: Tuple;
  readonly reply: Tuple;
  readonly sourceNat: boolean;
  readonly destinationNat: boolean;
  readonly decided: { readonly source: boolean; readonly destination: boolean };
  readonly seenReply: boolean;
  readonly mark: number;
  readonly untracked: boolean;
  /** Established before the question's packet: NAT is not decided any more. */
  readonly established: boolean;
}

/** The answer to a packet: source and destination swapped. */
export function invert(tuple: Tuple): Tuple {
  return {
    protocol: tuple.protocol,
    source: tuple.destination,
    destination: tuple.source,
    sourcePort: tuple.destinationPort,
    destinationPort: tuple.sourcePort,
  };
}

/** A connection that a packet with this tuple begins. */
export function newEntry(tuple: Tuple, established: boolean): ConntrackEntry {
  const original = pick(tuple);
  return {
    original,
    reply: invert(original),
    sourceNat: false,
    destinationNat: false,
    decided: { source: established, destination: established },
    seenReply: established,
    mark: 0,
    untracked: false,
    established,
  };
}

const pick = ({ protocol, source, destination, sourcePort, destinationPort }: Tuple): Tuple => ({
  protocol,
  source,
  destination,
  sourcePort,
  destinationPort,
});

/** The direction in which a packet with this tuple belongs to the connection; null when it does not. */
export function directionOf(entry: ConntrackEntry, tuple: Tuple): "original" | "reply" | null {
  if (sameTuple(entry.original, tuple)) return "original";
  return sameTuple(entry.reply, tuple) ? "reply" : null;
}

function sameTuple(a: Tuple, b: Tuple): boolean {
  return (
    a.protocol === b.protocol &&
    sameAddress(a.source, b.source) &&
    sameAddress(a.destination, b.destination) &&
    samePort(a.sourcePort, b.sourcePort) &&
    samePort(a.destinationPort, b.destinationPort)
  );
}

const samePort = (a: PortRange | null, b: PortRange | null): boolean => a?.from === b?.from && a?.to === b?.to;

/** What a rule sees of the connection. */
export function viewOf(entry: ConntrackEntry, direction: "original" | "reply", related: boolean): Connection {
  const { original, reply, sourceNat, destinationNat, seenReply, mark, untracked, established } = entry;
  const state = untracked
    ? "untracked"
    : related
      ? "related"
      : direction === "reply" || established || seenReply
        ? "established"
        : "new";
  return {
    state,
    direction,
    original,
    reply,
    sourceNat,
    destinationNat,
    seenReply: seenReply || (direction === "reply" && !related),
    mark,
  };
}

/** The connection with one side of its answer rewritten: the packet's new destination is where the answer will come from. */
export function withNat(
  entry: ConntrackEntry,
  side: "source" | "destination",
  address: Address,
  port: PortRange | null,
): ConntrackEntry {
  const reply: Tuple =
    side === "destination"
      ? { ...entry.reply, source: address, sourcePort: port }
      : { ...entry.reply, destination: address, destinationPort: port };
  const changed = !sameTuple(reply, entry.reply);
  return {
    ...entry,
    reply,
    sourceNat: entry.sourceNat || (side === "source" && changed),
    destinationNat: entry.destinationNat || (side === "destination" && changed),
  };
}

/** The side of the packet's tuple that NAT has decided, as this hook has to write it (nf_nat_packet: replies are undone). */
export function translate(
  entry: ConntrackEntry,
  direction: "original" | "reply",
  side: "source" | "destination",
  tuple: Tuple,
): Tuple {
  if (entry.untracked) return tuple;
  const target = invert(direction === "original" ? entry.reply : entry.original);
  return side === "destination"
    ? { ...tuple, destination: target.destination, destinationPort: target.destinationPort }
    : { ...tuple, source: target.source, sourcePort: target.sourcePort };
}
