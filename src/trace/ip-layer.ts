import type { HookState } from "../dataplane/hook-state.ts";
import { describeRoute, hopOf, lookupRoute, type RouteResult } from "../dataplane/routing.ts";
import { forwards } from "../dataplane/settings.ts";
import { selectSource } from "../dataplane/source-address.ts";
import { defaultTtl } from "../dataplane/ttl.ts";
import type { Stack } from "../dataplane/types.ts";
import type { Address } from "../lib/address.ts";
import type { Reason } from "../reasons/reason.ts";
import { admit } from "./admission.ts";
import { runHook } from "./hooks.ts";
import { timeExceeded } from "./icmp-errors.ts";
import { passLink } from "./link-chains.ts";
import { noWayOn } from "./no-way.ts";
import { endPath, type PacketState, withDoubts, withStep } from "./packet-state.ts";
import { describeEnd } from "./rewrite.ts";
import { type Arrival, ended, forEachPassed, type TraceContext, type Transfer } from "./transfer.ts";

/** More namespaces and bridges than any real way has: then it goes round in circles. */
const mostHops = 24;

/** A route that leads somewhere. */
type UsableRoute = Extract<RouteResult, { device: string }>;

/** What goes to an address of the namespace itself leaves by lo, whichever interface has the address. */
const wayOut = (route: UsableRoute): string => (route.kind === "local" ? "lo" : route.device);

/** A namespace sends a packet: route, OUTPUT, route again when NAT or a mark asks for it, POSTROUTING. */
export function sendOut(context: TraceContext, stack: Stack, packet: PacketState): readonly Transfer[] {
  const { destination } = packet.header;
  return routed(stack, withDoubts(packet, [], stack.assumes), sourceOf(packet), "local", (flying, route) => {
    const source = sourceOf(flying) ?? selectSource(stack, destination, route);
    if (source === null) {
      const why: Reason = { code: "no-source-address", namespace: stack.name, family: flying.family };
      return ended(
        endPath(flying, stack.name, { kind: "unroutable", reason: "no-address", why, loud: true }, route.route.sources),
      );
    }
    const ends = `${describeEnd(source, flying.header.sourcePort)} → ${describeEnd(destination, flying.header.destinationPort)}`;
    const step = {
      kind: "send",
      namespace: stack.name,
      text: `${ends}, ${describeRoute(route)}`,
      ...hopOf(route),
      sources: route.route.sources,
    } as const;
    const ttl = defaultTtl(stack, flying.family, wayOut(route));
    const header = { ...flying.header, source };
    const sent = withStep({ ...flying, header, sent: flying.sent ?? header, ttl, reroutedBy: null }, step);
    return forEachPassed(runHook(stack, sent, "output", at(context, null, wayOut(route))), (passed) =>
      leave(context, stack, passed, route),
    );
  });
}

/** A zero source address stands for "not chosen yet". */
const sourceOf = ({ header }: PacketState): Address | null => (header.source.value === 0n ? null : header.source);

/** Looks the way out up, ends what has none, and goes on with every possible route. */
function routed(
  stack: Stack,
  packet: PacketState,
  source: Address | null,
  kind: "local" | "rerouted",
  onward: (packet: PacketState, route: UsableRoute) => readonly Transfer[],
): readonly Transfer[] {
  const answer = lookupRoute(stack, {
    destination: packet.header.destination,
    source,
    incoming: null,
    mark: packet.reroutedBy ?? packet.mark,
  });
  return answer.results.flatMap((route) => {
    const flying = withDoubts(packet, answer.because);
    const failure = noWayOn(stack, flying, route, kind);
    if (failure !== null) return ended(failure);
    return "device" in route ? onward(flying, route) : [];
  });
}

/** After OUTPUT the packet is routed anew when a hook asked for it (net/ipv4/netfilter.c, ip_route_me_harder). */
function leave(context: TraceContext, stack: Stack, packet: PacketState, route: UsableRoute): readonly Transfer[] {
  if (packet.reroutedBy === null) return transmit(context, stack, packet, route, null, null);
  return routed(stack, packet, packet.header.source, "rerouted", (flying, again) => {
    const step = {
      kind: "route",
      namespace: stack.name,
      text: `routed again: ${describeRoute(again)}`,
      ...hopOf(again),
      sources: again.route.sources,
    } as const;
    return transmit(context, stack, withStep(flying, step), again, null, null);
  });
}

/**
 * POSTROUTING, which still knows where a forwarded packet came in (net/ipv4/ip_output.c, ip_output), then the link; what goes to
 * an address of the namespace itself comes back in by lo.
 */
function transmit(
  context: TraceContext,
  stack: Stack,
  packet: PacketState,
  route: UsableRoute,
  incoming: string | null,
  incomingPort: string | null,
): readonly Transfer[] {
  const device = wayOut(route);
  // NAT in POSTROUTING rewrites only the source: the next hop stays.
  const nextHop = (route.kind === "unicast" ? route.gateway : null) ?? packet.header.destination;
  return forEachPassed(
    runHook(stack, packet, "postrouting", { ...at(context, incoming, device), route, incomingPort }),
    (passed): readonly Transfer[] =>
      passLink(stack, passed, [{ kind: "interface", hook: "egress", device }], (over) => [
        device === "lo"
          ? { kind: "arrival", stack, packet: over, incoming: "lo", port: null, stage: "prerouting" }
          : { kind: "departure", stack, packet: over, device, nextHop },
      ]),
  );
}

/** A namespace takes a packet in: PREROUTING, the routing decision, then INPUT or FORWARD. */
export function takeIn(context: TraceContext, { stack, packet, incoming, port, stage }: Arrival): readonly Transfer[] {
  const place = { kind: "interface", hook: "ingress", device: incoming } as const;
  if (stage === "routing")
    return passLink(stack, packet, [place], (over) => routeIn(context, stack, over, incoming, port));
  if (packet.hops > mostHops) {
    const why: Reason = { code: "loop" };
    return ended(endPath(packet, stack.name, { kind: "unroutable", reason: "loop", why, loud: false }));
  }
  const own = stack.interfaces.get(incoming);
  const by = `in by ${incoming}${port === null ? "" : ` (port ${port})`}`;
  const step = {
    kind: "receive",
    namespace: stack.name,
    text: by,
    interface: incoming,
    ports: port === null ? [] : [port],
    sources: own?.sources ?? [],
  } as const;
  const arrived = withStep({ ...withDoubts(packet, [], stack.assumes), hops: packet.hops + 1 }, step);
  if (own !== undefined && !own.up) {
    const why: Reason = { code: "interface-down", interface: incoming, namespace: stack.name };
    return ended(
      endPath(arrived, stack.name, { kind: "unroutable", reason: "link-down", why, loud: false }, own.sources),
    );
  }
  // A bridge that does not call iptables does not tell it the port either.
  return passLink(stack, arrived, [place], (over) =>
    forEachPassed(runHook(stack, over, "prerouting", at(context, incoming, null)), (passed) =>
      routeIn(context, stack, passed, incoming, null),
    ),
  );
}

/** The routing decision for what came in (net/ipv4/route.c, ip_route_input_slow; net/ipv6/ip6_output.c, ip6_forward). */
function routeIn(
  context: TraceContext,
  stack: Stack,
  packet: PacketState,
  incoming: string,
  port: string | null,
): readonly Transfer[] {
  const { source, destination } = packet.header;
  const deliver = (flying: PacketState) =>
    forEachPassed(runHook(stack, flying, "input", { ...at(context, incoming, null), incomingPort: port }), (passed) =>
      ended({ packet: passed, disposition: { kind: "local", stack, incoming } }),
    );
  if (incoming === "lo") return deliver(packet);
  const { refused, assumes } = admit(stack, packet, incoming);
  const admitted = withDoubts(packet, [], assumes);
  if (refused !== null) return ended(endPath(admitted, stack.name, { kind: "unroutable", ...refused, loud: false }));
  const answer = lookupRoute(stack, { destination, source, incoming, mark: packet.mark });
  return answer.results.flatMap((route) => {
    const flying = withDoubts(admitted, answer.because);
    if (route.kind === "local" || route.kind === "broadcast") return deliver(flying);
    return forward(context, stack, flying, route, incoming, port);
  });
}

function forward(
  context: TraceContext,
  stack: Stack,
  packet: PacketState,
  route: RouteResult,
  incoming: string,
  port: string | null,
): readonly Transfer[] {
  const forwarding = forwards(stack, packet.family, incoming);
  const assumed = withDoubts(packet, [], forwarding.assumes);
  if (forwarding.value === 0) {
    const why: Reason = {
      code: "forwarding-off",
      namespace: stack.name,
      family: packet.family,
      setting: forwarding.key,
    };
    return ended(endPath(assumed, stack.name, { kind: "unroutable", reason: "forwarding-off", why, loud: false }));
  }
  const failure = noWayOn(stack, assumed, route, "forwarded");
  if (failure !== null) return ended(failure);
  if (!("device" in route)) return [];
  return countDown(stack, assumed, (counted) => passOn(context, stack, counted, route, incoming, port));
}

/** A packet with one hop left is not forwarded any more; the others have one less at FORWARD (ip_forward, ip6_forward). */
function countDown(
  stack: Stack,
  packet: PacketState,
  onward: (packet: PacketState) => readonly Transfer[],
): readonly Transfer[] {
  const { family, ttl } = packet;
  const name = family === 4 ? "TTL" : "hop limit";
  const expired = (flying: PacketState): readonly Transfer[] => {
    const why: Reason = { code: "ttl-expired", name, namespace: stack.name };
    const error = { stack, ...timeExceeded(family) };
    return ended(endPath(flying, stack.name, { kind: "unroutable", reason: "ttl-expired", why, loud: true, error }));
  };
  if (ttl.to <= 1) return expired(packet);
  const counted = { ...packet, ttl: { from: Math.max(ttl.from, 2) - 1, to: ttl.to - 1 } };
  if (ttl.from > 1) return onward(counted);
  const doubts: readonly Reason[] = [{ code: "ttl-in-range", name, ...ttl }];
  return [...onward(withDoubts(counted, doubts)), ...expired(withDoubts(packet, doubts))];
}

/** FORWARD, and what comes behind it. */
function passOn(
  context: TraceContext,
  stack: Stack,
  packet: PacketState,
  route: UsableRoute,
  incoming: string,
  port: string | null,
): readonly Transfer[] {
  const step = {
    kind: "route",
    namespace: stack.name,
    text: `forwarded ${describeRoute(route)}`,
    ...hopOf(route),
    sources: route.route.sources,
  } as const;
  const hook = { ...at(context, incoming, route.device), incomingPort: port };
  return forEachPassed(runHook(stack, withStep(packet, step), "forward", hook), (passed) =>
    transmit(context, stack, passed, route, incoming, port),
  );
}

const at = (context: TraceContext, incoming: string | null, outgoing: string | null): HookState => ({
  incoming,
  outgoing,
  verbose: context.verbose,
});
