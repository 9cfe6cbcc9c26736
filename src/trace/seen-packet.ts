import { newEntry, viewOf } from "../dataplane/conntrack.ts";
import type { HookState } from "../dataplane/hook-state.ts";
import type { Stack } from "../dataplane/types.ts";
import type { Connection, Packet, Tuple } from "../firewall/packet.ts";
import { icmpNumbers } from "../lib/protocol.ts";
import type { PacketState } from "./packet-state.ts";
import { entryOf } from "./tracking.ts";

export function toPacket(stack: Stack, packet: PacketState, at: HookState): Packet {
  const { family, ttl, tos, mark, owner, tracked, icmpError } = packet;
  const { header, icmp, tcpFlags } = icmpError === null ? packet : asIcmpError(packet, icmpError);
  const entry = entryOf(stack, packet);
  const { source, destination, protocol, sourcePort, destinationPort } = header;
  return {
    source,
    destination,
    protocol,
    sourcePort,
    destinationPort,
    family,
    icmp,
    tcpFlags,
    length: null,
    ttl,
    tos,
    mark,
    incoming: at.incoming,
    outgoing: at.outgoing,
    incomingPort: at.incomingPort ?? null,
    outgoingPort: at.outgoingPort ?? null,
    bridged: at.bridged ?? false,
    castType: at.incoming === "lo" ? "loopback" : "unicast",
    mac: null,
    owner: at.incoming !== null || at.bridged || owner === "no-socket" ? null : (owner ?? { uid: null, gid: null }),
    connection:
      entry !== undefined && tracked?.kind === "entry"
        ? viewOf(entry, tracked.direction, tracked.related)
        : unseen(packet),
  };
}

/** What rules see of an ICMP error: conntrack finds its connection by what it carries, rules look at its own header. */
function asIcmpError(
  { family, header }: PacketState,
  { type, code, source }: NonNullable<PacketState["icmpError"]>,
): Pick<PacketState, "header" | "icmp" | "tcpFlags"> {
  const own: Tuple = {
    protocol: icmpNumbers[family],
    source: source ?? header.source,
    destination: header.destination,
    sourcePort: null,
    destinationPort: null,
  };
  return { header: own, icmp: { type, code }, tcpFlags: null };
}

/** Before conntrack a packet has no connection, which `-m conntrack` calls invalid (net/netfilter/xt_conntrack.c). */
function unseen({ header, tracked }: PacketState): Connection {
  const view = viewOf(newEntry(header, false), "original", false);
  return { ...view, state: tracked?.kind === "untracked" ? "untracked" : "invalid" };
}
