import { type Address, contains, formatAddress } from "../lib/address.ts";
import { intoBridge, switched } from "./bridge-netfilter.ts";
import { type End, type Flight, land, withDoubts, withStep } from "./flight.ts";
import { arrive, type Departure, ended, type Handed, type Walk } from "./hand-over.ts";
import { describeEnd } from "./hooks.ts";
import { type LinkPlace, leavingBridge, passLink } from "./link-chains.ts";
import { owners, unheardOwner } from "./neighbours.ts";
import { barrierBetween, ifAttached, isBridgeItself } from "./ports.ts";
import { answersForOther, type ProxyAnswer } from "./proxy-neighbour.ts";
import type { Member, Segment, Stack, World } from "./stack.ts";
import { ttlFromOutside } from "./ttl.ts";

/** Puts a packet on a link: finds who answers for the next hop there, and carries it over. */
export function crossLink(walk: Walk, { stack, flight, device, nextHop }: Departure): readonly Handed[] {
  const own = stack.interfaces.get(device);
  const segment = own?.segment == null ? undefined : walk.world.segments.get(own.segment);
  const from = segment?.members.find((member) => member.stack === stack.id && member.interface === device);
  if (segment === undefined || from === undefined) {
    const why = `where ${device} of ${stack.id} leads is in no capture`;
    return ended(land(flight, stack.id, { kind: "unknown", why }, why, own?.sources ?? []));
  }
  return ifAttached(from, flight, (flying) => findNeighbour(walk, stack, flying, segment, from, nextHop));
}

function findNeighbour(
  walk: Walk,
  stack: Stack,
  flight: Flight,
  segment: Segment,
  from: Member,
  nextHop: Address,
): readonly Handed[] {
  const found = owners(walk.world, segment, from, nextHop);
  if (found.length === 0) {
    const unheard = unheardOwner(walk.world, segment, from, nextHop);
    if (segment.unseen !== null && unheard === null) {
      const why = `who is behind ${segment.unseen}, and may have ${formatAddress(nextHop)}, is in no capture`;
      return ended(land(flight, stack.id, { kind: "unknown", why }, why, segment.sources));
    }
    if (segment.outside !== null && unheard === null) return toOutside(walk, stack, flight, segment, from);
    return ended(noNeighbour(stack, flight, segment, nextHop, unheard));
  }
  const doubts = found.length > 1 ? [`${formatAddress(nextHop)} is on ${segment.interface} more than once`] : [];
  const flying = withDoubts(flight, doubts);
  return found.flatMap((to) => ifAttached(to, flying, (over) => carry(walk, over, segment, from, to)));
}

/** An address that nobody has: the kernel asks for it in vain for three seconds, then tells the sender. */
function noNeighbour(stack: Stack, flight: Flight, segment: Segment, nextHop: Address, unheard: Member | null): End {
  const nobody = `nobody on ${segment.interface} answers for ${formatAddress(nextHop)}`;
  const why =
    unheard === null
      ? nobody
      : `${nobody}: it is ${unheard.stack}'s, and the children of macvlan and ipvlan and their parent never hear each other`;
  return land(flight, stack.id, { kind: "unroutable", reason: "no-neighbour", why, loud: false }, why, segment.sources);
}

/** From one member of a segment to another: into the host by the bridge itself, out of it, or switched between two ports. */
function carry(walk: Walk, flight: Flight, segment: Segment, from: Member, to: Member): readonly Handed[] {
  const target = walk.world.stacks.get(to.stack);
  if (target === undefined) return [];
  if (segment.kind === "bridge" && isBridgeItself(segment, to)) return intoBridge(walk, target, flight, segment, from);
  const host = walk.world.stacks.get("host");
  if (segment.kind !== "bridge")
    return passLink(host, flight, besideParent(segment, from, to), (over) => [
      arrive(target, over, to.interface, null),
    ]);
  if (isBridgeItself(segment, from))
    return passLink(host, flight, leavingBridge(segment, "output", to.port), (over) => [
      arrive(target, outOfPort(over, segment, to), to.interface, null),
    ]);
  const barrier = barrierBetween(segment, from, to);
  if (barrier !== null)
    return ended(
      land(flight, "host", { kind: "dropped", why: barrier, atSender: false }, barrier, [
        ...from.sources,
        ...to.sources,
      ]),
    );
  return switched(walk, flight, segment, from, to, (over) => [arrive(target, over, to.interface, null)]);
}

/** The children of macvlan and ipvlan send and hear by their parent, whose hooks see that (drivers/net/macvlan.c, macvlan_queue_xmit). */
function besideParent({ interface: device }: Segment, from: Member, to: Member | null): readonly LinkPlace[] {
  const ingress = { kind: "interface", hook: "ingress", device } as const;
  return [
    ...(from.role === "child" ? [{ ...ingress, hook: "egress" } as const] : []),
    ...(from.role === "child" || to?.role === "child" ? [ingress] : []),
  ];
}

/** What the host sends to a container leaves its bridge by the container's port: the place to listen in. */
function outOfPort(flight: Flight, { interface: bridge }: Segment, { port, stack, sources }: Member): Flight {
  if (port === null) return flight;
  return withStep(flight, {
    kind: "switch",
    namespace: "host",
    text: `${bridge} sends it out of ${port}, where ${stack} is`,
    sources,
  });
}

/** Towards machines that the snapshot does not show. A frame that a bridge carries out of one of its ports is switched there. */
function toOutside(walk: Walk, stack: Stack, flight: Flight, segment: Segment, from: Member): readonly Handed[] {
  const door = segment.outside ?? segment.interface;
  const leaves = (flying: Flight) => leaveHost(stack, flying, segment, door);
  const host = walk.world.stacks.get("host");
  if (segment.kind !== "bridge") return passLink(host, flight, besideParent(segment, from, null), leaves);
  if (isBridgeItself(segment, from)) return passLink(host, flight, leavingBridge(segment, "output", door), leaves);
  return switched(walk, flight, segment, from, null, leaves);
}

/** What a namespace sends out of one port of its bridge, without looking for a neighbour: whoever is behind it gets it. */
export function leaveByPort(walk: Walk, stack: Stack, port: string, flight: Flight): readonly Handed[] {
  for (const segment of walk.world.segments.values()) {
    const member = segment.members.find((one) => one.port === port);
    const target = member === undefined ? undefined : walk.world.stacks.get(member.stack);
    const out = [{ kind: "port", hook: "egress", device: port, bridge: segment.interface }] as const;
    if (member !== undefined && target !== undefined)
      return passLink(stack, flight, out, (over) => [
        arrive(target, outOfPort(over, segment, member), member.interface, null),
      ]);
    if (segment.kind === "bridge" && segment.outside === port)
      return passLink(stack, flight, out, (over) => leaveHost(stack, over, segment, port));
  }
  const why = `who is behind ${port} is in no capture`;
  return ended(land(flight, stack.id, { kind: "unknown", why }, why));
}

const leaveHost = (stack: Stack, flight: Flight, segment: Segment, door: string): readonly Handed[] =>
  ended(
    land(
      flight,
      stack.id,
      { kind: "outside", stack: stack.id, interface: door, segment: segment.id },
      `leaves by ${door}`,
      segment.sources,
    ),
  );

/** A machine outside puts a packet on a segment: for the member that has the destination, else for the host as its router. */
export function enterFromOutside(walk: Walk, segment: Segment, flight: Flight): readonly Handed[] {
  const { source, sourcePort, destination, destinationPort } = flight.header;
  const sent = withStep(
    { ...flight, sent: flight.sent ?? flight.header, ttl: ttlFromOutside },
    {
      kind: "send",
      namespace: "outside",
      text: `${describeEnd(source, sourcePort)} → ${describeEnd(destination, destinationPort)}, by ${segment.outside ?? segment.interface}`,
      sources: [],
    },
  );
  const router = segment.members.find((member) => isBridgeItself(segment, member));
  const found = owners(walk.world, segment, null, destination).filter(
    (member) => member === router || isOnLink(walk.world, segment, destination),
  );
  const targets = found.length > 0 ? found : router === undefined ? [] : [router];
  const host = found.length === 0 ? walk.world.stacks.get(router?.stack ?? "") : undefined;
  const proxy =
    host !== undefined && isOnLink(walk.world, segment, destination)
      ? answersForOther(host, segment.interface, destination, source)
      : null;
  if (proxy !== null && proxy.kind !== "answers") return ended(unanswered(sent, segment, proxy));
  const asked = withDoubts(sent, [], proxy?.assumes ?? []);
  const stranger: Member = {
    stack: "outside",
    interface: segment.interface,
    port: segment.outside,
    attached: true,
    isolated: false,
    hairpin: false,
    pvid: null,
    role: "plain",
    sources: segment.sources,
  };
  return targets.flatMap((to) => ifAttached(to, asked, (over) => carry(walk, over, segment, stranger, to)));
}

/** Nobody answers a machine outside that asks for an address on its link, or nobody knows. */
function unanswered(flight: Flight, { sources }: Segment, proxy: Exclude<ProxyAnswer, { kind: "answers" }>): End {
  if (proxy.kind === "unknown") return land(flight, "outside", { kind: "unknown", why: proxy.why }, proxy.why, sources);
  const { why, assumes } = proxy;
  const landing = { kind: "unroutable", reason: "no-neighbour", why, loud: false } as const;
  return land(withDoubts(flight, [], assumes), "outside", landing, why, sources);
}

/** Whether machines on a link ask for an address there: it is in a subnet of the link. For any other they ask a router. */
function isOnLink({ stacks }: World, { members }: Segment, address: Address): boolean {
  return members.some(({ stack, interface: name }) =>
    stacks
      .get(stack)
      ?.interfaces.get(name)
      ?.addresses.some(({ prefix }) => contains(prefix, address)),
  );
}
