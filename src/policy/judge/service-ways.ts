import { hostAddresses, type ServiceAddress } from "../../dataplane/service-addresses.ts";
import type { Dataplane } from "../../dataplane/types.ts";
import { uplinksOf } from "../../dataplane/uplinks.ts";
import { addressKey, formatAddress } from "../../lib/address.ts";
import { sortedBy } from "../../lib/order.ts";
import { transportOf } from "../../lib/protocol.ts";
import type { Container, Host } from "../../model/host.ts";
import { hostWord, outsideWord } from "../../model/namespace-id.ts";
import { indexOf } from "../../model/queries/host-index.ts";
import type { Port } from "../../model/queries/services.ts";
import type { Reason } from "../../reasons/reason.ts";
import { findContainer, type Origin } from "../../trace/origin.ts";
import { parseTarget, readTarget } from "../../trace/question.ts";
import type { Peer } from "../select/peers.ts";
import { allWays, isUsed } from "./ways-used.ts";

/** A way to ask for a service, and whether people use it from where the question is asked. */
export interface ServiceWay {
  readonly way: ServiceAddress;
  readonly used: boolean;
}

/** A container's port that is asked for by a name which the asker cannot look up. */
export interface ServiceAsked {
  readonly target: Peer;
  readonly port: Port;
  /** Those that people use first, in the order in which they try them. */
  readonly ways: readonly ServiceWay[];
  /** What has to be said of the name. */
  readonly assumes: readonly Reason[];
  /** Why people have no way there: it is not published, or the number is that of the published port and not the container's own. */
  readonly hint: string | null;
}

/**
 * What a container's name stands for where it cannot be looked up: for machines outside, and for containers on other networks.
 * Those ask for the ports that it publishes, or for its addresses. Null where the name, or the address, means one address.
 * Throws a QuestionError.
 */
export function serviceAsked(dataplane: Dataplane, origin: Origin, text: string): ServiceAsked | null {
  const { host } = dataplane;
  const { name, address, protocol: number, port: portNumber } = readTarget(text);
  const protocol = transportOf(number);
  if (portNumber === null || protocol === null || name === hostWord || name === outsideWord || address !== null)
    return null;
  const container = findContainer(host, name);
  const from = asMember(dataplane, origin);
  if (container === null || container.namespace === null || from === null) return null;
  const unresolved = origin.kind === "stack" ? parseTarget(dataplane, origin, text) : null;
  if (unresolved !== null && !("unresolved" in unresolved)) return null;
  const target: Peer = { kind: "container", name: container.name, namespace: container.namespace };
  const port: Port = { protocol, port: portNumber };
  const isInside = origin.kind === "stack";
  const known = allWays(dataplane, from, target, port).filter(({ address }) => asksIn(origin, address.family));
  const near = nearness(dataplane, origin);
  const ways = sortedBy(known, (way) => (way.kind === "direct" ? 3 : (near.get(addressKey(way.address)) ?? 2))).map(
    (way) => {
      // Who cannot look up a name on its own host has the published ports as well as the addresses.
      return { way, used: isInside || isUsed(dataplane, from, target, way) };
    },
  );
  const assumes = unresolved === null ? [] : [{ code: "asked-by-address", why: unresolved.unresolved } as const];
  const hint = hintFor(host, container, port) ?? (ways.some(({ used }) => used) ? null : unpublished(ways));
  return { target, port, ways, assumes, hint };
}

/** The host's addresses, by their keys, in the order in which they are asked for: those of the uplinks, then those on the asker's own bridges. */
function nearness(dataplane: Dataplane, origin: Origin): ReadonlyMap<string, number> {
  const isOwn = (bridge: string) =>
    origin.kind === "stack" &&
    dataplane.segments.get(`bridge:${bridge}`)?.members.some(({ stack }) => stack.key === origin.stack.key) === true;
  return new Map(
    hostAddresses(dataplane).map(({ address, at, interface: name }) => {
      if (at === "uplink") return [addressKey(address), 0];
      return [addressKey(address), isOwn(name) ? 1 : 2];
    }),
  );
}

/** Who asks, as policies know them; null for the host itself, for which a name is one address. */
function asMember(dataplane: Dataplane, origin: Origin): Peer | null {
  if (origin.kind === "stack") {
    const [name] = origin.stack.names;
    return origin.stack.isHost || name === undefined ? null : { kind: "container", name, namespace: origin.stack.name };
  }
  const { segment } = origin;
  const isOutside =
    segment.kind === "uplink" || uplinksOf(dataplane).some(({ name: uplink }) => uplink === segment.interface);
  return { kind: "address", text: segment.interface, address: origin.source(4), origin: segment.interface, isOutside };
}

/** Who asks with an address of its own asks in its family alone. */
function asksIn(origin: Origin, family: 4 | 6): boolean {
  if (origin.kind === "outside") return origin.source(family).family === family;
  return origin.source === null || origin.source.family === family;
}

/** Nobody outside uses any of the ways. */
function unpublished(ways: readonly ServiceWay[]): string {
  const bound = new Set(ways.flatMap(({ way }) => (way.kind === "published" ? [formatAddress(way.address)] : [])));
  return bound.size === 0 ? "it is not published" : `it is published on ${[...bound].join(" and ")} only`;
}

/** Behind a name stands the container's own port, as in a policy. */
function hintFor(host: Host, { name }: Container, { port, protocol }: Port): string | null {
  const bindings = (indexOf(host).publishedBy.get(name) ?? []).filter((one) => one.protocol === protocol);
  if (bindings.some(({ containerPort }) => containerPort === port)) return null;
  const meant = bindings.find(({ hostPort }) => hostPort === port);
  if (meant === undefined) return null;
  return `${name}'s port ${meant.containerPort} is published as ${port}: ask for ${name}:${meant.containerPort}, or for host:${port}`;
}
