import { ack } from "./first-flight.ts";
import type { Flight, Tracked } from "./flight.ts";
import type { Walk } from "./hand-over.ts";
import { type IcmpError, portUnreachable } from "./icmp-errors.ts";
import type { Origin } from "./origin.ts";
import { answers, type Return } from "./reply.ts";
import { isLocal, lookupRoute, selectSource } from "./routing.ts";
import type { Stack } from "./stack.ts";
import { send, sendByPort } from "./walk.ts";

/*
 * How a kernel tells the sender that its packet got nowhere: by a packet of its own, which goes through the rules and routes of
 * the namespace that sends it like any other.
 */

/** An ICMP error of a namespace about a packet on its way. It keeps the packet's connection, as a related one (icmp_glue_bits). */
export function tellByIcmp(
  walk: Walk,
  origin: Origin,
  stack: Stack,
  flight: Flight,
  error: IcmpError,
): readonly Return[] {
  const icmpError = { ...error, source: errorSource(stack, flight) };
  const made = { icmpError, tos: errorTos(flight), owner: kernelSocket, tracked: relatedTo(flight.tracked) };
  return answers(origin, flight, (answer) => send(walk, stack, { ...answer, ...made }), true);
}

/**
 * The reset of REJECT (net/ipv4/netfilter/nf_reject_ipv4.c, nf_send_reset). It comes from no socket and is related to the
 * connection. What a bridge handed to iptables is answered straight out of the port it came by, and so without undoing NAT.
 */
export function tellByReset(
  walk: Walk,
  origin: Origin,
  stack: Stack,
  flight: Flight,
  port: string | null,
): readonly Return[] {
  const made = { tcpFlags: resetFlags(flight), owner: "no-socket", tracked: relatedTo(flight.tracked) } as const;
  return answers(origin, flight, (answer) => {
    const reset = { ...answer, ...made };
    return port === null ? send(walk, stack, reset) : sendByPort(walk, stack, port, reset);
  });
}

/** What a namespace answers where nobody listens: a reset over TCP, else "port unreachable". Conntrack finds it by what it tells of. */
export function tellNobodyListens(walk: Walk, origin: Origin, stack: Stack, flight: Flight): readonly Return[] {
  const { family, header } = flight;
  const made =
    header.protocol === 6
      ? { tcpFlags: resetFlags(flight), owner: kernelSocket }
      : header.protocol === 17
        ? { icmpError: { ...portUnreachable(family), source: null }, tos: errorTos(flight), owner: kernelSocket }
        : {};
  return answers(origin, flight, (answer) => send(walk, stack, { ...answer, ...made }));
}

/** The kernel answers from sockets that no user owns, so that `--uid-owner` never matches (net/netfilter/xt_owner.c). */
const kernelSocket = { uid: -1, gid: -1 };

/** A segment that acknowledges something is reset by its number; others are acknowledged (RFC 9293, 3.5.2). */
const resetFlags = ({ tcpFlags }: Flight): number => (((tcpFlags ?? 0) & ack) === 0 ? 0x14 : 0x04);

/** IPv4 keeps what was asked of the packet, with the precedence of network control; IPv6 asks for nothing (net/ipv4/icmp.c). */
const errorTos = ({ family, tos }: Flight): number => (family === 4 ? (tos & 0x1e) | 0xc0 : 0);

/** The packet's connection as it is attached to what tells of it (nf_conntrack_attach); a packet without one gives none. */
function relatedTo(tracked: Tracked | null): Tracked {
  if (tracked?.kind !== "entry") return { kind: "invalid" };
  return { ...tracked, direction: tracked.direction === "original" ? "reply" : "original", related: true };
}

/** A router tells of packets for others with an address of its own, which the way back picks (net/ipv4/icmp.c, icmp_send). */
function errorSource(stack: Stack, { header }: Flight) {
  if (isLocal(stack, header.destination)) return null;
  const [route] = lookupRoute(stack, { destination: header.source, source: null, incoming: null, mark: 0 }).results;
  return route === undefined ? null : selectSource(stack, header.source, route);
}
