import { respondersTo, unreachableOwner } from "../dataplane/arp.ts";
import type { LinkPlace } from "../dataplane/link-chains.ts";
import { answersForOther, type ProxyAnswer } from "../dataplane/proxy-arp.ts";
import { nobodyHere } from "../dataplane/stack-ref.ts";
import { ttlFromOutside } from "../dataplane/ttl.ts";
import type { Dataplane, Member, Segment, Stack } from "../dataplane/types.ts";
import { type Address, contains, formatAddress } from "../lib/address.ts";
import { outsideWord } from "../model/namespace-id.ts";
import type { Reason } from "../reasons/reason.ts";
import { intoBridge, switched } from "./bridge-netfilter.ts";
import { barrierBetween, ifAttached, isBridgeItself } from "./bridge-ports.ts";
import { leavingBridge, passLink } from "./link-chains.ts";
import { endPath, type PacketState, type PathEnd, withDoubts, withStep } from "./packet-state.ts";
import { describeEnd } from "./rewrite.ts";
import { arrive, type Departure, ended, type TraceContext, type Transfer } from "./transfer.ts";

/** Puts a packet on a link: finds who answers for the next hop there, and carries it over. */
export function crossLink(context: TraceContext, { stack, packet, device, nextHop }: Departure): readonly Transfer[] {
  const own = stack.interfaces.get(device);
  const segment = own?.segment == null ? undefined : context.dataplane.segments.get(own.segment);
  const from = segment?.members.find((member) => member.stack.key === stack.key && member.interface === device);
  if (segment === undefined || from === undefined) {
    const why: Reason = { code: "link-unknown", interface: device, namespace: stack.name };
    return ended(endPath(packet, stack.name, { kind: "unknown", why }, own?.sources ?? []));
  }
  return ifAttached(from, packet, (flying) => findNeighbour(context, stack, flying, segment, from, nextHop));
}

function findNeighbour(
  context: TraceContext,
  stack: Stack,
  packet: PacketState,
  segment: Segment,
  from: Member,
  nextHop: Address,
): readonly Transfer[] {
  const found = respondersTo(context.dataplane, segment, from, nextHop);
  if (found.length === 0) {
    const unheard = unreachableOwner(context.dataplane, segment, from, nextHop);
    if (segment.unseen !== null && unheard === null) {
      const why: Reason = { code: "unseen-neighbour", ports: segment.unseen, address: formatAddress(nextHop) };
      return ended(endPath(packet, stack.name, { kind: "unknown", why }, segment.sources));
    }
    if (segment.outside !== null && unheard === null) return toOutside(context, stack, packet, segment, from);
    return ended(noNeighbour(stack, packet, segment, nextHop, unheard));
  }
  const doubts: readonly Reason[] =
    found.length > 1
      ? [{ code: "several-neighbours", address: formatAddress(nextHop), interface: segment.interface }]
      : [];
  const flying = withDoubts(packet, doubts);
  return found.flatMap((to) => ifAttached(to, flying, (over) => carry(context, over, segment, from, to)));
}

/** An address that nobody has: the kernel asks for it in vain for three seconds, then tells the sender. */
function noNeighbour(
  stack: Stack,
  packet: PacketState,
  segment: Segment,
  nextHop: Address,
  unheard: Member | null,
): PathEnd {
  const facts = { interface: segment.interface, address: formatAddress(nextHop) };
  const why: Reason =
    unheard === null
      ? { code: "no-neighbour", ...facts }
      : { code: "no-neighbour-heard", ...facts, owner: unheard.stack.name };
  return endPath(packet, stack.name, { kind: "unroutable", reason: "no-neighbour", why, loud: false }, segment.sources);
}

/** From one member of a segment to another: into the host by the bridge itself, out of it, or switched between two ports. */
function carry(
  context: TraceContext,
  packet: PacketState,
  segment: Segment,
  from: Member,
  to: Member,
): readonly Transfer[] {
  const target = context.dataplane.stacks.get(to.stack.key);
  if (target === undefined) return [];
  if (segment.kind === "bridge" && isBridgeItself(segment, to))
    return intoBridge(context, target, packet, segment, from);
  const host = context.dataplane.own;
  if (segment.kind !== "bridge")
    return passLink(host, packet, besideParent(segment, from, to), (over) => [
      arrive(target, over, to.interface, null),
    ]);
  if (isBridgeItself(segment, from))
    return passLink(host, packet, leavingBridge(segment, "output", to.port), (over) => [
      arrive(target, outOfPort(host, over, segment, to), to.interface, null),
    ]);
  const barrier = barrierBetween(segment, from, to);
  if (barrier !== null)
    return ended(
      endPath(packet, host.name, { kind: "dropped", why: barrier, atSender: false }, [...from.sources, ...to.sources]),
    );
  return switched(context, packet, segment, from, to, (over) => [arrive(target, over, to.interface, null)]);
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
function outOfPort(
  host: Stack,
  packet: PacketState,
  { interface: bridge }: Segment,
  { port, stack, sources }: Member,
): PacketState {
  if (port === null) return packet;
  return withStep(packet, {
    kind: "switch",
    namespace: host.name,
    text: `${bridge} sends it out of ${port}, where ${stack.name} is`,
    interface: bridge,
    ports: [port],
    sources,
  });
}

/** Towards machines that the snapshot does not show. A frame that a bridge carries out of one of its ports is switched there. */
function toOutside(
  context: TraceContext,
  stack: Stack,
  packet: PacketState,
  segment: Segment,
  from: Member,
): readonly Transfer[] {
  const door = segment.outside ?? segment.interface;
  const leaves = (flying: PacketState) => leaveHost(stack, flying, segment, door);
  const host = context.dataplane.own;
  if (segment.kind !== "bridge") return passLink(host, packet, besideParent(segment, from, null), leaves);
  if (isBridgeItself(segment, from)) return passLink(host, packet, leavingBridge(segment, "output", door), leaves);
  return switched(context, packet, segment, from, null, leaves);
}

/** What a namespace sends out of one port of its bridge, without looking for a neighbour: whoever is behind it gets it. */
export function leaveByPort(
  context: TraceContext,
  stack: Stack,
  port: string,
  packet: PacketState,
): readonly Transfer[] {
  for (const segment of context.dataplane.segments.values()) {
    const member = segment.members.find((one) => one.port === port);
    const target = member === undefined ? undefined : context.dataplane.stacks.get(member.stack.key);
    const out = [{ kind: "port", hook: "egress", device: port, bridge: segment.interface }] as const;
    if (member !== undefined && target !== undefined)
      return passLink(stack, packet, out, (over) => [
        arrive(target, outOfPort(stack, over, segment, member), member.interface, null),
      ]);
    if (segment.kind === "bridge" && segment.outside === port)
      return passLink(stack, packet, out, (over) => leaveHost(stack, over, segment, port));
  }
  return ended(endPath(packet, stack.name, { kind: "unknown", why: { code: "port-unknown", port } }));
}

const leaveHost = (stack: Stack, packet: PacketState, segment: Segment, door: string): readonly Transfer[] =>
  ended(
    endPath(
      packet,
      stack.name,
      { kind: "outside", interface: door, segment: segment.id },
      segment.sources,
      `leaves by ${door}`,
    ),
  );

/** A machine outside puts a packet on a segment: for the member that has the destination, else for the host as its router. */
export function enterFromOutside(context: TraceContext, segment: Segment, packet: PacketState): readonly Transfer[] {
  const { source, sourcePort, destination, destinationPort } = packet.header;
  const sent = withStep(
    { ...packet, sent: packet.sent ?? packet.header, ttl: ttlFromOutside },
    {
      kind: "send",
      namespace: outsideWord,
      text: `${describeEnd(source, sourcePort)} → ${describeEnd(destination, destinationPort)}, by ${segment.outside ?? segment.interface}`,
      interface: segment.outside ?? segment.interface,
      sources: [],
    },
  );
  const router = segment.members.find((member) => isBridgeItself(segment, member));
  const found = respondersTo(context.dataplane, segment, null, destination).filter(
    (member) => member === router || isOnLink(context.dataplane, segment, destination),
  );
  const targets = found.length > 0 ? found : router === undefined ? [] : [router];
  const host = found.length === 0 && router !== undefined ? context.dataplane.stacks.get(router.stack.key) : undefined;
  const proxy =
    host !== undefined && isOnLink(context.dataplane, segment, destination)
      ? answersForOther(host, segment.interface, destination, source)
      : null;
  if (proxy !== null && proxy.kind !== "answers") return ended(unanswered(sent, segment, proxy));
  const asked = withDoubts(sent, [], proxy?.assumes ?? []);
  const stranger: Member = {
    stack: nobodyHere,
    interface: segment.interface,
    port: segment.outside,
    attached: true,
    isolated: false,
    hairpin: false,
    pvid: null,
    role: "plain",
    sources: segment.sources,
  };
  return targets.flatMap((to) => ifAttached(to, asked, (over) => carry(context, over, segment, stranger, to)));
}

/** Nobody answers a machine outside that asks for an address on its link, or nobody knows. */
function unanswered(
  packet: PacketState,
  { sources }: Segment,
  proxy: Exclude<ProxyAnswer, { kind: "answers" }>,
): PathEnd {
  if (proxy.kind === "unknown") return endPath(packet, outsideWord, { kind: "unknown", why: proxy.why }, sources);
  const { why, assumes } = proxy;
  const disposition = { kind: "unroutable", reason: "no-neighbour", why, loud: false } as const;
  return endPath(withDoubts(packet, [], assumes), outsideWord, disposition, sources);
}

/** Whether machines on a link ask for an address there: it is in a subnet of the link. For any other they ask a router. */
function isOnLink({ stacks }: Dataplane, { members }: Segment, address: Address): boolean {
  return members.some(({ stack, interface: name }) =>
    stacks
      .get(stack.key)
      ?.interfaces.get(name)
      ?.addresses.some(({ prefix }) => contains(prefix, address)),
  );
}
