import { respondersTo } from "../dataplane/arp.ts";
import type { HookState } from "../dataplane/hook-state.ts";
import type { LinkPlace } from "../dataplane/link-chains.ts";
import { lookupRoute } from "../dataplane/routing.ts";
import type { Member, Segment, Stack } from "../dataplane/types.ts";
import { isMaybe } from "../firewall/tri.ts";
import { formatAddress, sameAddress } from "../lib/address.ts";
import type { Reason } from "../reasons/reason.ts";
import { barrierBetween, ifAttached } from "./bridge-ports.ts";
import { runHook } from "./hooks.ts";
import { enteringBridge, leavingBridge, passLink } from "./link-chains.ts";
import { endPath, type PacketState, withDoubts, withStep } from "./packet-state.ts";
import { arrive, ended, forEachPassed, type TraceContext, type Transfer } from "./transfer.ts";

/*
 * What a bridge does with a frame when bridge-nf-call-iptables is on: the host's iptables see it, the bridge being both its
 * interfaces (net/bridge/br_netfilter_hooks.c).
 */

/** A frame between two ports of a bridge. `to` is null for a port that leads outside; `arrived` is what happens behind it. */
export function switched(
  context: TraceContext,
  packet: PacketState,
  segment: Segment,
  from: Member,
  to: Member | null,
  arrived: (packet: PacketState) => readonly Transfer[],
): readonly Transfer[] {
  const host = context.dataplane.own;
  const step = {
    kind: "switch",
    namespace: host.name,
    text: `${segment.interface} switches it ${betweenPorts(from, to)}`,
    interface: segment.interface,
    ports: knownPorts(segment, from, to),
    sources: segment.sources,
  } as const;
  const known = withDoubts(packet, [], segment.assumes);
  const flying = withStep({ ...known, mark: 0, tracked: null, hops: packet.hops + 1 }, step);
  const leaving = leavingBridge(segment, "forward", portTo(segment, to));
  return passLink(host, flying, enteringBridge(segment, from.port), (entered) =>
    ifCalled(
      segment,
      entered,
      (over) => passLink(host, over, leaving, arrived),
      (over) =>
        forEachPassed(runHook(host, over, "prerouting", atPort(context, segment, from)), (passed) =>
          sameAddress(passed.header.destination, over.header.destination)
            ? crossBridge(context, host, passed, segment, from, to, arrived)
            : redirected(context, host, passed, segment, from),
        ),
    ),
  );
}

const portTo = (segment: Segment, to: Member | null): string | null => (to === null ? segment.outside : to.port);

const knownPorts = (segment: Segment, from: Member, to: Member | null): readonly string[] =>
  [from.port, portTo(segment, to)].filter((port) => port !== null);

const betweenPorts = (from: Member, to: Member | null): string =>
  `from ${from.port ?? "its port"} to ${to === null ? "the outside" : (to.port ?? `${to.stack.name}'s port`)}`;

/** A frame for the bridge itself, which takes it to the host's IP: its PREROUTING is then the bridge's. */
export function intoBridge(
  context: TraceContext,
  host: Stack,
  packet: PacketState,
  segment: Segment,
  from: Member,
): readonly Transfer[] {
  const arrival = arrive(host, packet, segment.interface, from.port);
  const places: readonly LinkPlace[] = [...enteringBridge(segment, from.port), { kind: "bridge", hook: "input" }];
  const plain = (over: PacketState): readonly Transfer[] => [{ ...arrival, packet: over }];
  return passLink(host, withDoubts(arrival.packet, [], segment.assumes), places, (entered) =>
    ifCalled(segment, entered, plain, (over) => {
      const by = `in by ${segment.interface}${from.port === null ? "" : ` (port ${from.port})`}`;
      const step = {
        kind: "receive",
        namespace: host.name,
        text: by,
        interface: segment.interface,
        ports: from.port === null ? [] : [from.port],
        sources: segment.sources,
      } as const;
      const seen = withStep({ ...withDoubts(over, [], host.assumes), hops: over.hops + 1 }, step);
      return forEachPassed(
        runHook(host, seen, "prerouting", { ...atPort(context, segment, from), bridged: false }),
        (passed) =>
          sameAddress(passed.header.destination, over.header.destination)
            ? [{ ...arrival, packet: passed, stage: "routing" }]
            : redirected(context, host, passed, segment, from),
      );
    }),
  );
}

/** Takes the one way or the other, as the bridge calls iptables or not, and both when that is not known. */
function ifCalled(
  segment: Segment,
  packet: PacketState,
  plain: (packet: PacketState) => readonly Transfer[],
  filtered: (packet: PacketState) => readonly Transfer[],
): readonly Transfer[] {
  const calls = segment.callsIptables[packet.family];
  if (calls === false) return plain(packet);
  if (!isMaybe(calls)) return filtered(packet);
  const doubtful = withDoubts(packet, calls.because);
  return [...plain(doubtful), ...filtered(doubtful)];
}

const atPort = (context: TraceContext, segment: Segment, from: Member): HookState => ({
  incoming: segment.interface,
  outgoing: null,
  incomingPort: from.port,
  outgoingPort: null,
  bridged: true,
  verbose: context.verbose,
});

/** FORWARD and POSTROUTING of a switched packet. */
function crossBridge(
  context: TraceContext,
  host: Stack,
  packet: PacketState,
  segment: Segment,
  from: Member,
  to: Member | null,
  arrived: (packet: PacketState) => readonly Transfer[],
): readonly Transfer[] {
  const hook: HookState = {
    ...atPort(context, segment, from),
    outgoing: segment.interface,
    outgoingPort: portTo(segment, to),
  };
  return passLink(host, packet, leavingBridge(segment, "forward", hook.outgoingPort ?? null), (over) =>
    forEachPassed(runHook(host, over, "forward", hook), (forwarded) =>
      forEachPassed(runHook(host, forwarded, "postrouting", { ...hook, incoming: null }), arrived),
    ),
  );
}

/**
 * DNAT of a frame: it is routed, and when the new destination is on the same bridge it stays a switched one, without asking for
 * forwarding; back out of the same port only in hairpin mode (br_nf_pre_routing_finish).
 */
function redirected(
  context: TraceContext,
  host: Stack,
  packet: PacketState,
  segment: Segment,
  from: Member,
): readonly Transfer[] {
  const { destination, source } = packet.header;
  const { results, because } = lookupRoute(host, {
    destination,
    source,
    incoming: segment.interface,
    mark: packet.mark,
  });
  const flying = withDoubts(packet, because);
  return results.flatMap((route): readonly Transfer[] => {
    // IPv6 gives up at once (br_nf_pre_routing_finish_ipv6), IPv4 lets the router say so.
    if (!("device" in route) && route.kind !== "open" && packet.family === 6) {
      const why: Reason = { code: "no-route-redirected", destination: formatAddress(destination) };
      return ended(endPath(flying, host.name, { kind: "unroutable", reason: "no-route", why, loud: false }));
    }
    if (!("device" in route) || route.kind === "local" || route.device !== segment.interface) {
      const arrival = { kind: "arrival", stack: host, incoming: segment.interface, port: from.port } as const;
      return passLink(host, flying, [{ kind: "bridge", hook: "input" }], (over) => [
        { ...arrival, packet: over, stage: "routing" },
      ]);
    }
    const nextHop = (route.kind === "unicast" ? route.gateway : null) ?? destination;
    const found = respondersTo(context.dataplane, segment, null, nextHop);
    if (found.length === 0) {
      const why: Reason = {
        code: "no-neighbour",
        interface: segment.interface,
        address: formatAddress(nextHop),
      };
      return ended(
        endPath(flying, host.name, { kind: "unroutable", reason: "no-neighbour", why, loud: false }, segment.sources),
      );
    }
    return found.flatMap((to) => {
      const target = context.dataplane.stacks.get(to.stack.key);
      const barrier = barrierBetween(segment, from, to);
      if (barrier !== null)
        return ended(
          endPath(flying, host.name, { kind: "dropped", why: barrier, atSender: false }, [
            ...from.sources,
            ...to.sources,
          ]),
        );
      if (target === undefined) return [];
      const step = {
        kind: "switch",
        namespace: host.name,
        text: `${segment.interface} switches it ${betweenPorts(from, to)} instead`,
        interface: segment.interface,
        ports: knownPorts(segment, from, to),
        sources: segment.sources,
      } as const;
      return ifAttached(to, flying, (over) =>
        crossBridge(context, host, withStep(over, step), segment, from, to, (crossed) => [
          arrive(target, crossed, to.interface, null),
        ]),
      );
    });
  });
}
