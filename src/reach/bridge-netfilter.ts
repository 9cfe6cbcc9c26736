import { isMaybe } from "../firewall/tri.ts";
import { formatAddress, sameAddress } from "../lib/address.ts";
import type { At } from "./at.ts";
import { type Flight, land, withDoubts, withStep } from "./flight.ts";
import { arrive, ended, type Handed, through, type Walk } from "./hand-over.ts";
import { runHook } from "./hooks.ts";
import { enteringBridge, type LinkPlace, leavingBridge, passLink } from "./link-chains.ts";
import { owners } from "./neighbours.ts";
import { barrierBetween, ifAttached } from "./ports.ts";
import { lookupRoute } from "./routing.ts";
import type { Member, Segment, Stack } from "./stack.ts";

/*
 * What a bridge does with a frame when bridge-nf-call-iptables is on: the host's iptables see it, the bridge being both its
 * interfaces (net/bridge/br_netfilter_hooks.c).
 */

/** A frame between two ports of a bridge. `to` is null for a port that leads outside; `arrived` is what happens behind it. */
export function switched(
  walk: Walk,
  flight: Flight,
  segment: Segment,
  from: Member,
  to: Member | null,
  arrived: (flight: Flight) => readonly Handed[],
): readonly Handed[] {
  const host = walk.world.stacks.get("host");
  const step = {
    kind: "switch",
    namespace: "host",
    text: `${segment.interface} switches it ${betweenPorts(from, to)}`,
    sources: segment.sources,
  } as const;
  const known = withDoubts(flight, [], segment.assumes);
  const flying = withStep({ ...known, mark: 0, tracked: null, hops: flight.hops + 1 }, step);
  if (host === undefined) return arrived(flying);
  const leaving = leavingBridge(segment, "forward", portTo(segment, to));
  return passLink(host, flying, enteringBridge(segment, from.port), (entered) =>
    ifCalled(
      segment,
      entered,
      (over) => passLink(host, over, leaving, arrived),
      (over) =>
        through(runHook(host, over, "prerouting", atPort(walk, segment, from)), (passed) =>
          sameAddress(passed.header.destination, over.header.destination)
            ? crossBridge(walk, host, passed, segment, from, to, arrived)
            : redirected(walk, host, passed, segment, from),
        ),
    ),
  );
}

const portTo = (segment: Segment, to: Member | null): string | null => (to === null ? segment.outside : to.port);

const betweenPorts = (from: Member, to: Member | null): string =>
  `from ${from.port ?? "its port"} to ${to === null ? "the outside" : (to.port ?? `${to.stack}'s port`)}`;

/** A frame for the bridge itself, which takes it to the host's IP: its PREROUTING is then the bridge's. */
export function intoBridge(walk: Walk, host: Stack, flight: Flight, segment: Segment, from: Member): readonly Handed[] {
  const arrival = arrive(host, flight, segment.interface, from.port);
  const places: readonly LinkPlace[] = [...enteringBridge(segment, from.port), { kind: "bridge", hook: "input" }];
  const plain = (over: Flight): readonly Handed[] => [{ ...arrival, flight: over }];
  return passLink(host, withDoubts(arrival.flight, [], segment.assumes), places, (entered) =>
    ifCalled(segment, entered, plain, (over) => {
      const by = `in by ${segment.interface}${from.port === null ? "" : ` (port ${from.port})`}`;
      const step = { kind: "receive", namespace: host.id, text: by, sources: segment.sources } as const;
      const seen = withStep({ ...withDoubts(over, [], host.assumes), hops: over.hops + 1 }, step);
      return through(runHook(host, seen, "prerouting", { ...atPort(walk, segment, from), bridged: false }), (passed) =>
        sameAddress(passed.header.destination, over.header.destination)
          ? [{ ...arrival, flight: passed, stage: "routing" }]
          : redirected(walk, host, passed, segment, from),
      );
    }),
  );
}

/** Takes the one way or the other, as the bridge calls iptables or not, and both when that is not known. */
function ifCalled(
  segment: Segment,
  flight: Flight,
  plain: (flight: Flight) => readonly Handed[],
  filtered: (flight: Flight) => readonly Handed[],
): readonly Handed[] {
  const calls = segment.callsIptables[flight.family];
  if (calls === false) return plain(flight);
  if (!isMaybe(calls)) return filtered(flight);
  const doubtful = withDoubts(flight, calls.because);
  return [...plain(doubtful), ...filtered(doubtful)];
}

const atPort = (walk: Walk, segment: Segment, from: Member): At => ({
  incoming: segment.interface,
  outgoing: null,
  incomingPort: from.port,
  outgoingPort: null,
  bridged: true,
  verbose: walk.verbose,
});

/** FORWARD and POSTROUTING of a switched packet. */
function crossBridge(
  walk: Walk,
  host: Stack,
  flight: Flight,
  segment: Segment,
  from: Member,
  to: Member | null,
  arrived: (flight: Flight) => readonly Handed[],
): readonly Handed[] {
  const hook: At = {
    ...atPort(walk, segment, from),
    outgoing: segment.interface,
    outgoingPort: portTo(segment, to),
  };
  return passLink(host, flight, leavingBridge(segment, "forward", hook.outgoingPort ?? null), (over) =>
    through(runHook(host, over, "forward", hook), (forwarded) =>
      through(runHook(host, forwarded, "postrouting", { ...hook, incoming: null }), arrived),
    ),
  );
}

/**
 * DNAT of a frame: it is routed, and when the new destination is on the same bridge it stays a switched one, without asking for
 * forwarding; back out of the same port only in hairpin mode (br_nf_pre_routing_finish).
 */
function redirected(walk: Walk, host: Stack, flight: Flight, segment: Segment, from: Member): readonly Handed[] {
  const { destination, source } = flight.header;
  const { results, because } = lookupRoute(host, {
    destination,
    source,
    incoming: segment.interface,
    mark: flight.mark,
  });
  const flying = withDoubts(flight, because);
  return results.flatMap((route): readonly Handed[] => {
    // IPv6 gives up at once (br_nf_pre_routing_finish_ipv6), IPv4 lets the router say so.
    if (!("device" in route) && route.kind !== "open" && flight.family === 6) {
      const why = `the host has no route to ${formatAddress(destination)}, the new destination of a switched packet`;
      return ended(land(flying, "host", { kind: "unroutable", reason: "no-route", why, loud: false }, why));
    }
    if (!("device" in route) || route.kind === "local" || route.device !== segment.interface) {
      const arrival = { kind: "arrival", stack: host, incoming: segment.interface, port: from.port } as const;
      return passLink(host, flying, [{ kind: "bridge", hook: "input" }], (over) => [
        { ...arrival, flight: over, stage: "routing" },
      ]);
    }
    const nextHop = (route.kind === "unicast" ? route.gateway : null) ?? destination;
    const found = owners(walk.world, segment, null, nextHop);
    if (found.length === 0) {
      const why = `nobody on ${segment.interface} answers for ${formatAddress(nextHop)}`;
      return ended(
        land(flying, "host", { kind: "unroutable", reason: "no-neighbour", why, loud: false }, why, segment.sources),
      );
    }
    return found.flatMap((to) => {
      const target = walk.world.stacks.get(to.stack);
      const barrier = barrierBetween(segment, from, to);
      if (barrier !== null)
        return ended(
          land(flying, "host", { kind: "dropped", why: barrier, atSender: false }, barrier, [
            ...from.sources,
            ...to.sources,
          ]),
        );
      if (target === undefined) return [];
      const step = {
        kind: "switch",
        namespace: host.id,
        text: `${segment.interface} switches it ${betweenPorts(from, to)} instead`,
        sources: segment.sources,
      } as const;
      return ifAttached(to, flying, (over) =>
        crossBridge(walk, host, withStep(over, step), segment, from, to, (crossed) => [
          arrive(target, crossed, to.interface, null),
        ]),
      );
    });
  });
}
