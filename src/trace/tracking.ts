import { type ConntrackEntry, directionOf, newEntry } from "../dataplane/conntrack.ts";
import type { Stack } from "../dataplane/types.ts";
import type { PacketState } from "./packet-state.ts";

const entriesOf = (stack: Stack, packet: PacketState): readonly ConntrackEntry[] => packet.entries.get(stack.key) ?? [];

/** The packet's own connection; undefined before conntrack and for untracked packets. */
export function entryOf(stack: Stack, { tracked, entries }: PacketState): ConntrackEntry | undefined {
  return tracked?.kind === "entry" ? entries.get(stack.key)?.[tracked.index] : undefined;
}

export function putEntry(stack: Stack, packet: PacketState, index: number, entry: ConntrackEntry): PacketState {
  const before = entriesOf(stack, packet);
  const after = index < before.length ? before.with(index, entry) : [...before, entry];
  return { ...packet, entries: new Map(packet.entries).set(stack.key, after) };
}

/** Finds the packet's connection, or begins one (nf_conntrack_in). What came over the loopback was tracked when it was sent. */
export function track(stack: Stack, packet: PacketState): PacketState {
  if (packet.tracked !== null) return packet;
  const entries = entriesOf(stack, packet);
  for (const [index, entry] of entries.entries()) {
    const direction = directionOf(entry, packet.header);
    if (direction === null) continue;
    const related = packet.icmpError !== null;
    const found: PacketState = { ...packet, tracked: { kind: "entry", index, direction, related } };
    // An ICMP error does not make the connection that it tells of an established one.
    return direction === "reply" && !related ? putEntry(stack, found, index, { ...entry, seenReply: true }) : found;
  }
  if (isAnswer(packet)) return { ...packet, tracked: { kind: "invalid" } };
  const begun = putEntry(stack, packet, entries.length, newEntry(packet.header, packet.established));
  return { ...begun, tracked: { kind: "entry", index: entries.length, direction: "original", related: false } };
}

/**
 * What begins no connection: a SYN-ACK without its SYN, a reset, an ICMP error, the answer to a ping (tcp_new in
 * nf_conntrack_proto_tcp.c, valid_new in nf_conntrack_proto_icmp.c and nf_conntrack_proto_icmpv6.c).
 */
function isAnswer({ tcpFlags, icmp, icmpError }: PacketState): boolean {
  if (icmpError !== null || icmp?.type === 0 || icmp?.type === 129) return true;
  return tcpFlags !== null && ((tcpFlags & 0x12) === 0x12 || (tcpFlags & 0x04) !== 0);
}
