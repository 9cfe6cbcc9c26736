import { isLocal, lookupRoute } from "../dataplane/routing.ts";
import { selectSource } from "../dataplane/source-address.ts";
import type { Stack } from "../dataplane/types.ts";
import { ack } from "./first-packet.ts";
import { type IcmpError, portUnreachable } from "./icmp-errors.ts";
import type { Origin } from "./origin.ts";
import type { PacketState, Tracked } from "./packet-state.ts";
import { answers, type Return } from "./reply.ts";
import type { TraceContext } from "./transfer.ts";
import { send, sendByPort } from "./walk.ts";

/*
 * How a kernel tells the sender that its packet got nowhere: by a packet of its own, which goes through the rules and routes of
 * the namespace that sends it like any other.
 */

/** An ICMP error of a namespace about a packet on its way. It keeps the packet's connection, as a related one (icmp_glue_bits). */
export function sendIcmpError(
  context: TraceContext,
  origin: Origin,
  stack: Stack,
  packet: PacketState,
  error: IcmpError,
): readonly Return[] {
  const icmpError = { ...error, source: errorSource(stack, packet) };
  const made = { icmpError, tos: errorTos(packet), owner: kernelSocket, tracked: relatedTo(packet.tracked) };
  return answers(origin, packet, (answer) => send(context, stack, { ...answer, ...made }), true);
}

/**
 * The reset of REJECT (net/ipv4/netfilter/nf_reject_ipv4.c, nf_send_reset). It comes from no socket and is related to the
 * connection. What a bridge handed to iptables is answered straight out of the port it came by, and so without undoing NAT.
 */
export function sendReset(
  context: TraceContext,
  origin: Origin,
  stack: Stack,
  packet: PacketState,
  port: string | null,
): readonly Return[] {
  const made = { tcpFlags: resetFlags(packet), owner: "no-socket", tracked: relatedTo(packet.tracked) } as const;
  return answers(origin, packet, (answer) => {
    const reset = { ...answer, ...made };
    return port === null ? send(context, stack, reset) : sendByPort(context, stack, port, reset);
  });
}

/** What a namespace answers where nobody listens: a reset over TCP, else "port unreachable". Conntrack finds it by what it tells of. */
export function sendPortUnreachable(
  context: TraceContext,
  origin: Origin,
  stack: Stack,
  packet: PacketState,
): readonly Return[] {
  const { family, header } = packet;
  const made =
    header.protocol === 6
      ? { tcpFlags: resetFlags(packet), owner: kernelSocket }
      : header.protocol === 17
        ? { icmpError: { ...portUnreachable(family), source: null }, tos: errorTos(packet), owner: kernelSocket }
        : {};
  return answers(origin, packet, (answer) => send(context, stack, { ...answer, ...made }));
}

/** The kernel answers from sockets that no user owns, so that `--uid-owner` never matches (net/netfilter/xt_owner.c). */
const kernelSocket = { uid: -1, gid: -1 };

/** A segment that acknowledges something is reset by its number; others are acknowledged (RFC 9293, 3.5.2). */
const resetFlags = ({ tcpFlags }: PacketState): number => (((tcpFlags ?? 0) & ack) === 0 ? 0x14 : 0x04);

/** IPv4 keeps what was asked of the packet, with the precedence of network control; IPv6 asks for nothing (net/ipv4/icmp.c). */
const errorTos = ({ family, tos }: PacketState): number => (family === 4 ? (tos & 0x1e) | 0xc0 : 0);

/** The packet's connection as it is attached to what tells of it (nf_conntrack_attach); a packet without one gives none. */
function relatedTo(tracked: Tracked | null): Tracked {
  if (tracked?.kind !== "entry") return { kind: "invalid" };
  return { ...tracked, direction: tracked.direction === "original" ? "reply" : "original", related: true };
}

/** A router tells of packets for others with an address of its own, which the way back picks (net/ipv4/icmp.c, icmp_send). */
function errorSource(stack: Stack, { header }: PacketState) {
  if (isLocal(stack, header.destination)) return null;
  const [route] = lookupRoute(stack, { destination: header.source, source: null, incoming: null, mark: 0 }).results;
  return route === undefined ? null : selectSource(stack, header.source, route);
}
