import { isMaybe } from "../firewall/tri.ts";
import { type Address, formatAddress, sameAddress } from "../lib/address.ts";
import { type End, type Flight, land, type UnroutableReason, withDoubts, withStep } from "./flight.ts";
import { type At, describeEnd, type Passed, runHook } from "./hooks.ts";
import { isUnheard, owners } from "./neighbours.ts";
import { describeRoute, isLocal, lookupRoute, passesReversePath, type RouteResult, selectSource } from "./routing.ts";
import { interfaceKey, interfaceSetting, readSetting, type Setting } from "./settings.ts";
import type { Member, Segment, Stack, World } from "./stack.ts";

/** Options of a walk. */
export interface Walk {
  readonly world: World;
  /** Record the rules that were passed over, too. */
  readonly verbose: boolean;
}

/** More namespaces and bridges than any real way has: then it goes round in circles. */
const mostHops = 24;
/** More open ways than a question is worth; the rest is then unknown. */
const mostEnds = 48;

/** Sends a packet from a namespace: route, OUTPUT, route again when NAT or a mark asks for it, POSTROUTING, link. */
export function send(walk: Walk, stack: Stack, flight: Flight): readonly End[] {
  const answer = lookupRoute(stack, {
    destination: flight.header.destination,
    source: sourceOf(flight),
    incoming: null,
    mark: flight.mark,
  });
  return bounded(
    answer.results.flatMap((route) => {
      const flying = withDoubts(flight, answer.because, stack.assumes);
      const failure = unroutable(stack, flying, route, "local");
      if (failure !== null) return [failure];
      if (!("device" in route)) return [];
      const source = sourceOf(flying) ?? selectSource(stack, flying.header.destination, route);
      if (source === null) {
        const why = `${stack.id} has no IPv${flying.family} address to send from`;
        return [
          land(
            flying,
            stack.id,
            { kind: "unroutable", reason: "no-address", why, loud: true },
            why,
            route.route.sources,
          ),
        ];
      }
      const sent = withStep(
        { ...flying, header: { ...flying.header, source } },
        {
          kind: "send",
          namespace: stack.id,
          text: `${describeEnd(source, flying.header.sourcePort)} → ${describeEnd(flying.header.destination, flying.header.destinationPort)}, ${describeRoute(route)}`,
          sources: route.route.sources,
        },
      );
      return through(runHook(stack, sent, "output", at(walk, null, route.device)), (passed) =>
        leave(walk, stack, sent, passed, route),
      );
    }),
  );
}

/** A zero source address stands for "not chosen yet". */
const sourceOf = ({ header }: Flight): Address | null => (header.source.value === 0n ? null : header.source);

/** After OUTPUT the packet is routed anew when its destination or mark changed (ip_route_me_harder). */
function leave(
  walk: Walk,
  stack: Stack,
  before: Flight,
  after: Flight,
  route: Extract<RouteResult, { device: string }>,
): readonly End[] {
  if (sameAddress(before.header.destination, after.header.destination) && before.mark === after.mark)
    return transmit(walk, stack, after, route, null);
  const answer = lookupRoute(stack, {
    destination: after.header.destination,
    source: after.header.source,
    incoming: null,
    mark: after.mark,
  });
  return answer.results.flatMap((again) => {
    const flight = withDoubts(after, answer.because);
    const failure = unroutable(stack, flight, again, "local");
    if (failure !== null) return [failure];
    if (!("device" in again)) return [];
    const step = {
      kind: "route",
      namespace: stack.id,
      text: `routed again: ${describeRoute(again)}`,
      sources: again.route.sources,
    } as const;
    return transmit(walk, stack, withStep(flight, step), again, null);
  });
}

/** POSTROUTING, then the link; what goes to an address of the namespace itself comes back in by lo. */
function transmit(
  walk: Walk,
  stack: Stack,
  flight: Flight,
  route: Extract<RouteResult, { device: string }>,
  incomingPort: string | null,
): readonly End[] {
  const device = route.kind === "local" ? "lo" : route.device;
  const nextHop = (route.kind === "unicast" ? route.gateway : null) ?? flight.header.destination;
  return through(
    runHook(stack, flight, "postrouting", { ...at(walk, null, device), route, incomingPort }),
    (passed) => {
      // A NAT in POSTROUTING rewrites only the source: the next hop stays.
      if (device === "lo") return receive(walk, stack, passed, "lo", null);
      return link(walk, stack, passed, device, nextHop);
    },
  );
}

/**
 * A packet comes in by an interface: PREROUTING, then `onward`, as a rule the routing decision and INPUT or FORWARD. `port` is
 * the bridge port it came by.
 */
export function receive(
  walk: Walk,
  stack: Stack,
  flight: Flight,
  incoming: string,
  port: string | null,
  onward = (passed: Flight) => routeIn(walk, stack, passed, incoming, port),
): readonly End[] {
  if (flight.hops > mostHops) {
    const why = "it goes round in circles";
    return [land(flight, stack.id, { kind: "unroutable", reason: "loop", why, loud: false }, why)];
  }
  const fresh = incoming === "lo" ? flight : { ...flight, mark: 0, tracked: null };
  const step = {
    kind: "receive",
    namespace: stack.id,
    text: `in by ${incoming}${port === null ? "" : ` (port ${port})`}`,
    sources: stack.interfaces.get(incoming)?.sources ?? [],
  } as const;
  const arrived = withStep({ ...withDoubts(fresh, [], stack.assumes), hops: flight.hops + 1 }, step);
  const own = stack.interfaces.get(incoming);
  if (own !== undefined && !own.up) {
    const why = `${incoming} of ${stack.id} is down`;
    return [land(arrived, stack.id, { kind: "unroutable", reason: "link-down", why, loud: false }, why, own.sources)];
  }
  const hook = { ...at(walk, incoming, null), incomingPort: port };
  return through(runHook(stack, arrived, "prerouting", hook), onward);
}

/** The routing decision for what came in (net/ipv4/route.c, ip_route_input_slow; net/ipv6/ip6_output.c, ip6_forward). */
function routeIn(walk: Walk, stack: Stack, flight: Flight, incoming: string, port: string | null): readonly End[] {
  const { source, destination } = flight.header;
  if (incoming === "lo") return deliver(walk, stack, flight, incoming, port);
  const { refused, assumes } = admit(stack, flight, incoming);
  const admitted = withDoubts(flight, [], assumes);
  if (refused !== null) {
    return [land(admitted, stack.id, { kind: "unroutable", ...refused, loud: false }, refused.why)];
  }
  const answer = lookupRoute(stack, { destination, source, incoming, mark: flight.mark });
  return answer.results.flatMap((route) => {
    const flying = withDoubts(admitted, answer.because);
    if (route.kind === "local" || route.kind === "broadcast") return deliver(walk, stack, flying, incoming, port);
    const forwarding = forwards(stack, flying.family, incoming);
    const assumed = withDoubts(flying, [], forwarding.assumes);
    if (forwarding.value === 0) {
      const why = `${stack.id} does not forward IPv${flying.family} packets (${forwarding.key} = 0)`;
      return [land(assumed, stack.id, { kind: "unroutable", reason: "forwarding-off", why, loud: false }, why)];
    }
    const failure = unroutable(stack, assumed, route, "forwarded");
    if (failure !== null) return [failure];
    if (!("device" in route)) return [];
    const step = {
      kind: "route",
      namespace: stack.id,
      text: `forwarded ${describeRoute(route)}`,
      sources: route.route.sources,
    } as const;
    const hook = { ...at(walk, incoming, route.device), incomingPort: port };
    return through(runHook(stack, withStep(assumed, step), "forward", hook), (passed) =>
      transmit(walk, stack, passed, route, port),
    );
  });
}

function deliver(walk: Walk, stack: Stack, flight: Flight, incoming: string, port: string | null): readonly End[] {
  return through(runHook(stack, flight, "input", { ...at(walk, incoming, null), incomingPort: port }), (passed) => [
    { flight: passed, landing: { kind: "local", stack: stack.id, incoming } },
  ]);
}

/** Why a packet cannot come in, if so, and what had to be assumed to tell. */
interface Admission {
  readonly refused: { readonly reason: UnroutableReason; readonly why: string } | null;
  readonly assumes: readonly string[];
}

/**
 * Sources and destinations that cannot come in by this interface: loopback addresses without route_localnet, one's own
 * addresses without accept_local, and what the reverse-path filter keeps out (fib_validate_source). IPv4 only; IPv6 drops ::1.
 */
function admit(stack: Stack, flight: Flight, incoming: string): Admission {
  const { source, destination } = flight.header;
  const isLoopback = ({ family, value }: Address) => (family === 4 ? value >> 24n === 127n : value === 1n);
  const refuse = (reason: UnroutableReason, why: string, assumes: readonly string[] = []): Admission => ({
    refused: { reason, why },
    assumes,
  });
  const assumes: string[] = [];
  if (isLoopback(source) || isLoopback(destination)) {
    if (flight.family === 6) return refuse("martian", `loopback addresses are dropped on ${incoming}`);
    const localnet = interfaceSetting(stack, incoming, "route_localnet", stack.routesLocalnet(incoming) ? 1 : 0);
    if (localnet.value === 0)
      return refuse("martian", `loopback addresses are dropped on ${incoming} (${localnet.key} = 0)`, localnet.assumes);
    assumes.push(...localnet.assumes);
  }
  if (flight.family === 6) return { refused: null, assumes };
  if (isLocal(stack, source)) {
    const accepts = interfaceSetting(stack, incoming, "accept_local", 0);
    const why = `${formatAddress(source)} is an address of ${stack.id} itself: a packet from it cannot come in by ${incoming}`;
    return accepts.value === 0
      ? refuse("martian", why, accepts.assumes)
      : { refused: null, assumes: [...assumes, ...accepts.assumes] };
  }
  const filter = interfaceSetting(stack, incoming, "rp_filter", 0);
  const passes = (mode: "strict" | "loose") => passesReversePath(stack, source, incoming, mode, flight.mark);
  // A filter that would let it in whatever its setting is needs no assumption.
  if (passes("strict")) return { refused: null, assumes };
  if (filter.value === 0 || (filter.value === 2 && passes("loose")))
    return { refused: null, assumes: [...assumes, ...filter.assumes] };
  const why = `the reverse-path filter of ${incoming} (${filter.key} = ${filter.value}) drops it: the way back to ${formatAddress(source)} is another`;
  return refuse("reverse-path", why, filter.assumes);
}

/** Whether packets that came in by this interface are forwarded. The engine turns it on for the host; no container is a router. */
function forwards(stack: Stack, family: 4 | 6, incoming: string): Setting {
  const otherwise = stack.id === "host" ? 1 : 0;
  if (family === 6) return readSetting(stack, ["net.ipv6.conf.all.forwarding"], otherwise);
  return readSetting(
    stack,
    [interfaceKey(incoming, "forwarding"), "net.ipv4.ip_forward", "net.ipv4.conf.all.forwarding"],
    otherwise,
  );
}

/** The end of a packet for which there is no way on; null when there is one. Forwarders tell the sender by ICMP. */
function unroutable(stack: Stack, flight: Flight, route: RouteResult, kind: "local" | "forwarded"): End | null {
  const destination = formatAddress(flight.header.destination);
  const fail = (
    reason: UnroutableReason,
    why: string,
    loud: boolean,
    sources: End["flight"]["steps"][number]["sources"] = [],
  ) => land(flight, stack.id, { kind: "unroutable", reason, why, loud }, why, sources);
  switch (route.kind) {
    case "none":
      if (!stack.routesKnown[flight.family]) {
        const why = `the IPv${flight.family} routes of ${stack.id} were not captured, and none follows from its addresses for ${destination}`;
        return land(flight, stack.id, { kind: "unknown", why }, why);
      }
      return fail("no-route", `${stack.id} has no route to ${destination}`, true);
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
        kind === "local",
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

/** Puts a packet on a link: finds who answers for the next hop there. */
function link(walk: Walk, stack: Stack, flight: Flight, device: string, nextHop: Address): readonly End[] {
  const own = stack.interfaces.get(device);
  const segment = own?.segment == null ? undefined : walk.world.segments.get(own.segment);
  const from = segment?.members.find((member) => member.stack === stack.id && member.interface === device);
  if (segment === undefined || from === undefined) {
    const why = `where ${device} of ${stack.id} leads is in no capture`;
    return [land(flight, stack.id, { kind: "unknown", why }, why, own?.sources ?? [])];
  }
  return attached(from, flight, (flying) => deliverOnLink(walk, stack, flying, segment, from, nextHop));
}

/** Follows a member that may or may not be on its segment both ways. */
function attached(member: Member, flight: Flight, onward: (flight: Flight) => readonly End[]): readonly End[] {
  if (member.attached === true) return onward(flight);
  const why = `${member.port ?? member.interface}, the link of ${member.stack}, is down or on no bridge`;
  const lost = (flying: Flight) => [
    land(
      flying,
      member.stack,
      { kind: "unroutable", reason: "link-down", why, loud: false } as const,
      why,
      member.sources,
    ),
  ];
  if (!isMaybe(member.attached)) return lost(flight);
  const doubtful = withDoubts(flight, member.attached.because);
  return [...onward(doubtful), ...lost(doubtful)];
}

function deliverOnLink(
  walk: Walk,
  stack: Stack,
  flight: Flight,
  segment: Segment,
  from: Member,
  nextHop: Address,
): readonly End[] {
  const found = owners(walk.world, segment, from, nextHop);
  if (found.length === 0 && (segment.outside === null || isUnheard(walk.world, segment, from, nextHop))) {
    const why = `nobody on ${segment.interface} answers for ${formatAddress(nextHop)}`;
    return [
      land(flight, stack.id, { kind: "unroutable", reason: "no-neighbour", why, loud: false }, why, segment.sources),
    ];
  }
  if (found.length === 0) return toOutside(walk, stack, flight, segment, from);
  const flying =
    found.length > 1
      ? withDoubts(flight, [`${formatAddress(nextHop)} is on ${segment.interface} more than once`])
      : flight;
  return found.flatMap((to) => attached(to, flying, (over) => carry(walk, over, segment, from, to)));
}

/** From one member of a segment to another: over the bridge itself into the host, out of it, or switched between two ports. */
function carry(walk: Walk, flight: Flight, segment: Segment, from: Member, to: Member): readonly End[] {
  const target = walk.world.stacks.get(to.stack);
  if (target === undefined) return [];
  const isBridgeItself = (member: Member) => member.stack === "host" && member.interface === segment.interface;
  if (segment.kind === "bridge" && isBridgeItself(to)) return intoBridge(walk, target, flight, segment, from);
  if (segment.kind !== "bridge" || isBridgeItself(from)) return receive(walk, target, flight, to.interface, null);
  const barrier = barrierBetween(segment, from, to);
  if (barrier !== null)
    return [land(flight, "host", { kind: "dropped", why: barrier }, barrier, [...from.sources, ...to.sources])];
  return switched(walk, flight, segment, from, (flying) => receive(walk, target, flying, to.interface, null), to);
}

/**
 * A frame for the bridge itself, which takes it to the host's IP. With bridge-nf-call-iptables its PREROUTING is the bridge's,
 * and what that sends to another address on the same bridge never leaves it (br_nf_pre_routing_finish).
 */
function intoBridge(walk: Walk, host: Stack, flight: Flight, segment: Segment, from: Member): readonly End[] {
  const calls = segment.callsIptables[flight.family];
  const plain = (over: Flight) => receive(walk, host, over, segment.interface, from.port);
  const bridged = (over: Flight) =>
    receive(walk, host, over, segment.interface, from.port, (passed) =>
      sameAddress(passed.header.destination, over.header.destination)
        ? routeIn(walk, host, passed, segment.interface, from.port)
        : afterBridgedDnat(walk, host, passed, segment, from),
    );
  if (calls === false) return plain(flight);
  const assumed = withDoubts(flight, [], segment.assumes);
  if (!isMaybe(calls)) return bridged(assumed);
  const doubtful = withDoubts(assumed, calls.because);
  return [...plain(doubtful), ...bridged(doubtful)];
}

/** Why the bridge does not pass a frame from one port to another (net/bridge/br_forward.c, should_deliver); null when it does. */
function barrierBetween(segment: Segment, from: Member, to: Member): string | null {
  const name = (member: Member) => member.port ?? `${member.stack}'s port`;
  if (from === to && !from.hairpin)
    return `${name(from)} would have to send it back where it came from, and hairpin mode is off`;
  if (from.isolated && to.isolated)
    return `${from === to ? `${name(from)} is an isolated port` : `${name(from)} and ${name(to)} are isolated ports`} of ${segment.interface}`;
  if (segment.vlanFiltering && from.pvid !== to.pvid) {
    return `${name(from)} and ${name(to)} of ${segment.interface} are in different VLANs (${from.pvid ?? "none"}, ${to.pvid ?? "none"})`;
  }
  return null;
}

/**
 * A frame between two ports of a bridge. With bridge-nf-call-iptables it passes PREROUTING, FORWARD and POSTROUTING of the
 * host, the bridge being both its interfaces (net/bridge/br_netfilter_hooks.c).
 */
function switched(
  walk: Walk,
  flight: Flight,
  segment: Segment,
  from: Member,
  arrive: (flight: Flight) => readonly End[],
  to: Member | null,
): readonly End[] {
  const { interface: bridge } = segment;
  const host = walk.world.stacks.get("host");
  const step = {
    kind: "switch",
    namespace: "host",
    text: `${bridge} switches it from ${from.port ?? "its port"} to ${to === null ? "the outside" : (to.port ?? `${to.stack}'s port`)}`,
    sources: segment.sources,
  } as const;
  const switching = withDoubts(flight, [], segment.assumes);
  const flying = withStep({ ...switching, mark: 0, tracked: null, hops: flight.hops + 1 }, step);
  const calls = segment.callsIptables[flight.family];
  const plain = (over: Flight) => arrive({ ...over, mark: 0, tracked: null });
  if (calls === false || host === undefined) return plain(flying);
  const filtered = (over: Flight) => switchedThroughIptables(walk, host, over, segment, from, plain, to);
  if (!isMaybe(calls)) return filtered(flying);
  const doubtful = withDoubts(flying, calls.because);
  return [...plain(doubtful), ...filtered(doubtful)];
}

function switchedThroughIptables(
  walk: Walk,
  host: Stack,
  flight: Flight,
  segment: Segment,
  from: Member,
  arrive: (flight: Flight) => readonly End[],
  to: Member | null,
): readonly End[] {
  const { interface: bridge } = segment;
  const ports = { incomingPort: from.port, bridged: true, verbose: walk.verbose };
  return through(
    runHook(host, flight, "prerouting", { ...ports, incoming: bridge, outgoing: null, outgoingPort: null }),
    (passed) => {
      if (!sameAddress(passed.header.destination, flight.header.destination))
        return afterBridgedDnat(walk, host, passed, segment, from);
      return crossBridge(walk, host, passed, segment, from, to, arrive);
    },
  );
}

/** FORWARD and POSTROUTING of a switched packet. */
function crossBridge(
  walk: Walk,
  host: Stack,
  flight: Flight,
  segment: Segment,
  from: Member,
  to: Member | null,
  arrive: (flight: Flight) => readonly End[],
): readonly End[] {
  const { interface: bridge } = segment;
  const hook: At = {
    incoming: bridge,
    outgoing: bridge,
    incomingPort: from.port,
    outgoingPort: to?.port ?? segment.outside,
    bridged: true,
    verbose: walk.verbose,
  };
  return through(runHook(host, flight, "forward", hook), (forwarded) =>
    through(runHook(host, forwarded, "postrouting", { ...hook, incoming: null }), arrive),
  );
}

/**
 * DNAT of a switched packet: it is routed, and when the new destination is on the same bridge it stays a switched one,
 * without asking for forwarding; back out of the same port only in hairpin mode (br_nf_pre_routing_finish).
 */
function afterBridgedDnat(walk: Walk, host: Stack, flight: Flight, segment: Segment, from: Member): readonly End[] {
  const { destination, source } = flight.header;
  const answer = lookupRoute(host, { destination, source, incoming: segment.interface, mark: flight.mark });
  return answer.results.flatMap((route) => {
    if (!("device" in route) || route.kind === "local" || route.device !== segment.interface)
      return routeIn(walk, host, flight, segment.interface, from.port);
    const nextHop = (route.kind === "unicast" ? route.gateway : null) ?? destination;
    const found = owners(walk.world, segment, null, nextHop);
    if (found.length === 0) {
      const why = `nobody on ${segment.interface} answers for ${formatAddress(nextHop)}`;
      return [
        land(flight, "host", { kind: "unroutable", reason: "no-neighbour", why, loud: false }, why, segment.sources),
      ];
    }
    return found.flatMap((to) => {
      const barrier = barrierBetween(segment, from, to);
      if (barrier !== null)
        return [land(flight, "host", { kind: "dropped", why: barrier }, barrier, [...from.sources, ...to.sources])];
      const target = walk.world.stacks.get(to.stack);
      if (target === undefined) return [];
      return crossBridge(walk, host, flight, segment, from, to, (over) =>
        attached(to, over, (at) => receive(walk, target, { ...at, mark: 0, tracked: null }, to.interface, null)),
      );
    });
  });
}

/** Towards machines that the snapshot does not show. A frame that a bridge carries out of one of its ports is switched there. */
function toOutside(walk: Walk, stack: Stack, flight: Flight, segment: Segment, from: Member): readonly End[] {
  const leaveHost = (flying: Flight): readonly End[] => [
    land(
      flying,
      stack.id,
      { kind: "outside", stack: stack.id, interface: segment.outside ?? segment.interface, segment: segment.id },
      `leaves by ${segment.outside ?? segment.interface}`,
      segment.sources,
    ),
  ];
  const isBridgeItself = from.stack === "host" && from.interface === segment.interface;
  if (segment.kind !== "bridge" || isBridgeItself) return leaveHost(flight);
  return switched(walk, flight, segment, from, leaveHost, null);
}

/** A machine outside puts a packet on a segment: for the member that has the destination, else for the host as its router. */
export function receiveFromOutside(walk: Walk, segment: Segment, flight: Flight): readonly End[] {
  const { interface: name } = segment;
  const found = owners(walk.world, segment, null, flight.header.destination);
  const router = segment.members.find((member) => member.stack === "host" && member.interface === name);
  const targets = found.length > 0 ? found : router === undefined ? [] : [router];
  const stranger: Member = {
    stack: "outside",
    interface: name,
    port: segment.outside,
    attached: true,
    isolated: false,
    hairpin: false,
    pvid: null,
    role: "plain",
    sources: segment.sources,
  };
  return targets.flatMap((to) => attached(to, flight, (over) => carry(walk, over, segment, stranger, to)));
}

const at = (walk: Walk, incoming: string | null, outgoing: string | null): At => ({
  incoming,
  outgoing,
  verbose: walk.verbose,
});

/** Goes on with every packet that a hook let pass, and keeps the ends. */
function through(passed: readonly Passed[], onward: (flight: Flight) => readonly End[]): readonly End[] {
  return bounded(passed.flatMap((one) => ("end" in one ? [one.end] : onward(one.flight))));
}

function bounded(ends: readonly End[]): readonly End[] {
  if (ends.length <= mostEnds) return ends;
  const [first] = ends;
  if (first === undefined) return ends;
  const why = `more than ${mostEnds} ways are possible`;
  return [...ends.slice(0, mostEnds), land(first.flight, "host", { kind: "unknown", why }, why)];
}
