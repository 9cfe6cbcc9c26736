import { type Address, formatAddress } from "../lib/address.ts";
import { admit, forwards } from "./admission.ts";
import type { At } from "./at.ts";
import { type End, type Flight, land, type UnroutableReason, withDoubts, withStep } from "./flight.ts";
import { type Arrival, ended, type Handed, through, type Walk } from "./hand-over.ts";
import { describeEnd, runHook } from "./hooks.ts";
import { routeError, timeExceeded } from "./icmp-errors.ts";
import { passLink } from "./link-chains.ts";
import { describeRoute, lookupRoute, type RouteResult, selectSource } from "./routing.ts";
import type { Stack } from "./stack.ts";
import { defaultTtl } from "./ttl.ts";

/** More namespaces and bridges than any real way has: then it goes round in circles. */
const mostHops = 24;

/** A route that leads somewhere. */
type UsableRoute = Extract<RouteResult, { device: string }>;

/** What goes to an address of the namespace itself leaves by lo, whichever interface has the address. */
const wayOut = (route: UsableRoute): string => (route.kind === "local" ? "lo" : route.device);

/** A namespace sends a packet: route, OUTPUT, route again when NAT or a mark asks for it, POSTROUTING. */
export function sendOut(walk: Walk, stack: Stack, flight: Flight): readonly Handed[] {
  const { destination } = flight.header;
  return routed(stack, withDoubts(flight, [], stack.assumes), sourceOf(flight), "local", (flying, route) => {
    const source = sourceOf(flying) ?? selectSource(stack, destination, route);
    if (source === null) {
      const why = `${stack.id} has no IPv${flying.family} address to send from`;
      return ended(
        land(flying, stack.id, { kind: "unroutable", reason: "no-address", why, loud: true }, why, route.route.sources),
      );
    }
    const ends = `${describeEnd(source, flying.header.sourcePort)} → ${describeEnd(destination, flying.header.destinationPort)}`;
    const step = {
      kind: "send",
      namespace: stack.id,
      text: `${ends}, ${describeRoute(route)}`,
      sources: route.route.sources,
    } as const;
    const ttl = defaultTtl(stack, flying.family, wayOut(route));
    const header = { ...flying.header, source };
    const sent = withStep({ ...flying, header, sent: flying.sent ?? header, ttl, reroutedBy: null }, step);
    return through(runHook(stack, sent, "output", at(walk, null, wayOut(route))), (passed) =>
      leave(walk, stack, passed, route),
    );
  });
}

/** A zero source address stands for "not chosen yet". */
const sourceOf = ({ header }: Flight): Address | null => (header.source.value === 0n ? null : header.source);

/** Looks the way out up, ends what has none, and goes on with every possible route. */
function routed(
  stack: Stack,
  flight: Flight,
  source: Address | null,
  kind: "local" | "rerouted",
  onward: (flight: Flight, route: UsableRoute) => readonly Handed[],
): readonly Handed[] {
  const answer = lookupRoute(stack, {
    destination: flight.header.destination,
    source,
    incoming: null,
    mark: flight.reroutedBy ?? flight.mark,
  });
  return answer.results.flatMap((route) => {
    const flying = withDoubts(flight, answer.because);
    const failure = unroutable(stack, flying, route, kind);
    if (failure !== null) return ended(failure);
    return "device" in route ? onward(flying, route) : [];
  });
}

/** After OUTPUT the packet is routed anew when a hook asked for it (net/ipv4/netfilter.c, ip_route_me_harder). */
function leave(walk: Walk, stack: Stack, flight: Flight, route: UsableRoute): readonly Handed[] {
  if (flight.reroutedBy === null) return transmit(walk, stack, flight, route, null, null);
  return routed(stack, flight, flight.header.source, "rerouted", (flying, again) => {
    const step = {
      kind: "route",
      namespace: stack.id,
      text: `routed again: ${describeRoute(again)}`,
      sources: again.route.sources,
    } as const;
    return transmit(walk, stack, withStep(flying, step), again, null, null);
  });
}

/**
 * POSTROUTING, which still knows where a forwarded packet came in (net/ipv4/ip_output.c, ip_output), then the link; what goes to
 * an address of the namespace itself comes back in by lo.
 */
function transmit(
  walk: Walk,
  stack: Stack,
  flight: Flight,
  route: UsableRoute,
  incoming: string | null,
  incomingPort: string | null,
): readonly Handed[] {
  const device = wayOut(route);
  // NAT in POSTROUTING rewrites only the source: the next hop stays.
  const nextHop = (route.kind === "unicast" ? route.gateway : null) ?? flight.header.destination;
  return through(
    runHook(stack, flight, "postrouting", { ...at(walk, incoming, device), route, incomingPort }),
    (passed): readonly Handed[] =>
      passLink(stack, passed, [{ kind: "interface", hook: "egress", device }], (over) => [
        device === "lo"
          ? { kind: "arrival", stack, flight: over, incoming: "lo", port: null, stage: "prerouting" }
          : { kind: "departure", stack, flight: over, device, nextHop },
      ]),
  );
}

/** A namespace takes a packet in: PREROUTING, the routing decision, then INPUT or FORWARD. */
export function takeIn(walk: Walk, { stack, flight, incoming, port, stage }: Arrival): readonly Handed[] {
  const place = { kind: "interface", hook: "ingress", device: incoming } as const;
  if (stage === "routing")
    return passLink(stack, flight, [place], (over) => routeIn(walk, stack, over, incoming, port));
  if (flight.hops > mostHops) {
    const why = "it goes round in circles";
    return ended(land(flight, stack.id, { kind: "unroutable", reason: "loop", why, loud: false }, why));
  }
  const own = stack.interfaces.get(incoming);
  const by = `in by ${incoming}${port === null ? "" : ` (port ${port})`}`;
  const step = { kind: "receive", namespace: stack.id, text: by, sources: own?.sources ?? [] } as const;
  const arrived = withStep({ ...withDoubts(flight, [], stack.assumes), hops: flight.hops + 1 }, step);
  if (own !== undefined && !own.up) {
    const why = `${incoming} of ${stack.id} is down`;
    return ended(
      land(arrived, stack.id, { kind: "unroutable", reason: "link-down", why, loud: false }, why, own.sources),
    );
  }
  // A bridge that does not call iptables does not tell it the port either.
  return passLink(stack, arrived, [place], (over) =>
    through(runHook(stack, over, "prerouting", at(walk, incoming, null)), (passed) =>
      routeIn(walk, stack, passed, incoming, null),
    ),
  );
}

/** The routing decision for what came in (net/ipv4/route.c, ip_route_input_slow; net/ipv6/ip6_output.c, ip6_forward). */
function routeIn(walk: Walk, stack: Stack, flight: Flight, incoming: string, port: string | null): readonly Handed[] {
  const { source, destination } = flight.header;
  const deliver = (flying: Flight) =>
    through(runHook(stack, flying, "input", { ...at(walk, incoming, null), incomingPort: port }), (passed) =>
      ended({ flight: passed, landing: { kind: "local", stack: stack.id, incoming } }),
    );
  if (incoming === "lo") return deliver(flight);
  const { refused, assumes } = admit(stack, flight, incoming);
  const admitted = withDoubts(flight, [], assumes);
  if (refused !== null)
    return ended(land(admitted, stack.id, { kind: "unroutable", ...refused, loud: false }, refused.why));
  const answer = lookupRoute(stack, { destination, source, incoming, mark: flight.mark });
  return answer.results.flatMap((route) => {
    const flying = withDoubts(admitted, answer.because);
    if (route.kind === "local" || route.kind === "broadcast") return deliver(flying);
    return forward(walk, stack, flying, route, incoming, port);
  });
}

function forward(
  walk: Walk,
  stack: Stack,
  flight: Flight,
  route: RouteResult,
  incoming: string,
  port: string | null,
): readonly Handed[] {
  const forwarding = forwards(stack, flight.family, incoming);
  const assumed = withDoubts(flight, [], forwarding.assumes);
  if (forwarding.value === 0) {
    const why = `${stack.id} does not forward IPv${flight.family} packets (${forwarding.key} = 0)`;
    return ended(land(assumed, stack.id, { kind: "unroutable", reason: "forwarding-off", why, loud: false }, why));
  }
  const failure = unroutable(stack, assumed, route, "forwarded");
  if (failure !== null) return ended(failure);
  if (!("device" in route)) return [];
  return countDown(stack, assumed, (counted) => passOn(walk, stack, counted, route, incoming, port));
}

/** A packet with one hop left is not forwarded any more; the others have one less at FORWARD (ip_forward, ip6_forward). */
function countDown(stack: Stack, flight: Flight, onward: (flight: Flight) => readonly Handed[]): readonly Handed[] {
  const { family, ttl } = flight;
  const name = family === 4 ? "TTL" : "hop limit";
  const expired = (flying: Flight): readonly Handed[] => {
    const why = `its ${name} has run out at ${stack.id}`;
    const error = { stack: stack.id, ...timeExceeded(family) };
    return ended(land(flying, stack.id, { kind: "unroutable", reason: "ttl-expired", why, loud: true, error }, why));
  };
  if (ttl.to <= 1) return expired(flight);
  const counted = { ...flight, ttl: { from: Math.max(ttl.from, 2) - 1, to: ttl.to - 1 } };
  if (ttl.from > 1) return onward(counted);
  const doubts = [`the packet's ${name} is only known to be one of ${ttl.from}–${ttl.to}`];
  return [...onward(withDoubts(counted, doubts)), ...expired(withDoubts(flight, doubts))];
}

/** FORWARD, and what comes behind it. */
function passOn(
  walk: Walk,
  stack: Stack,
  flight: Flight,
  route: UsableRoute,
  incoming: string,
  port: string | null,
): readonly Handed[] {
  const step = {
    kind: "route",
    namespace: stack.id,
    text: `forwarded ${describeRoute(route)}`,
    sources: route.route.sources,
  } as const;
  const hook = { ...at(walk, incoming, route.device), incomingPort: port };
  return through(runHook(stack, withStep(flight, step), "forward", hook), (passed) =>
    transmit(walk, stack, passed, route, incoming, port),
  );
}

/**
 * The end of a packet for which there is no way on; null when there is one. A sender gets an error from its own kernel, but not
 * of a TCP connection whose packet was to be routed anew: it tries again. Forwarders tell the sender by ICMP.
 */
function unroutable(
  stack: Stack,
  flight: Flight,
  route: RouteResult,
  kind: "local" | "rerouted" | "forwarded",
): End | null {
  const destination = formatAddress(flight.header.destination);
  const isTold = kind !== "rerouted" || flight.header.protocol !== 6;
  const fail = (
    reason: UnroutableReason,
    why: string,
    loud: boolean,
    sources: End["flight"]["steps"][number]["sources"] = [],
  ) => {
    const icmp = kind === "forwarded" && loud ? routeError(flight.family, reason) : null;
    const error = icmp === null ? undefined : { stack: stack.id, ...icmp };
    return land(flight, stack.id, { kind: "unroutable", reason, why, loud: loud && isTold, error }, why, sources);
  };
  switch (route.kind) {
    case "none":
      if (!stack.routesKnown[flight.family]) {
        const why = `the IPv${flight.family} routes of ${stack.id} were not captured, and none follows from its addresses for ${destination}`;
        return land(flight, stack.id, { kind: "unknown", why }, why);
      }
      return fail("no-route", `${stack.id} has no route to ${destination}`, true);
    case "open":
      return land(flight, stack.id, { kind: "unknown", why: route.why }, route.why);
    case "unreachable":
      return fail(
        "unreachable",
        `${stack.id} has an unreachable route for ${destination}: ${route.by}`,
        true,
        route.sources,
      );
    case "prohibit":
      return fail(
        "prohibited",
        `${stack.id} has a prohibit route for ${destination}: ${route.by}`,
        true,
        route.sources,
      );
    case "blackhole":
      return fail(
        "blackhole",
        `${stack.id} has a blackhole route for ${destination}: ${route.by}`,
        kind !== "forwarded",
        route.sources,
      );
    default: {
      const device = stack.interfaces.get(route.kind === "local" ? "lo" : route.device);
      if (device !== undefined && !device.up)
        return fail("link-down", `${device.name} of ${stack.id} is down`, true, device.sources);
      return null;
    }
  }
}

const at = (walk: Walk, incoming: string | null, outgoing: string | null): At => ({
  incoming,
  outgoing,
  verbose: walk.verbose,
});
