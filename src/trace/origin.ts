import { residentStack } from "../dataplane/local-addresses.ts";
import { representativeOutside } from "../dataplane/outside-candidates.ts";
import { lookupRoute } from "../dataplane/routing.ts";
import { stackOf } from "../dataplane/stack-ref.ts";
import type { Dataplane, Segment, Stack } from "../dataplane/types.ts";
import { type Address, formatAddress, parseAddress } from "../lib/address.ts";
import { listWords } from "../lib/enumerate.ts";
import type { Container, Host } from "../model/host.ts";
import { hostWord, ownerIn } from "../model/namespace-id.ts";
import { indexOf } from "../model/queries/host-index.ts";
import { listsAllInterfaces } from "../model/queries/whole-lists.ts";
import type { Reason } from "../reasons/reason.ts";
import { QuestionError } from "./answer.ts";

/** Where a packet starts: in a namespace, or at a machine outside that reaches the host by an interface. */
export type Origin =
  | { readonly kind: "stack"; readonly stack: Stack; readonly source: Address | null }
  | {
      readonly kind: "outside";
      readonly segment: Segment;
      readonly source: (family: 4 | 6) => Address;
      readonly assumes: readonly Reason[];
    };

/** A machine outside that comes by an interface: `203.0.113.50@eth0`. */
export interface Visitor {
  readonly address: Address;
  readonly interface: string;
}

export const formatVisitor = (visitor: Visitor): string => `${formatAddress(visitor.address)}@${visitor.interface}`;

/** Such a machine as who asks. Throws a QuestionError where packets do not come by that interface. */
export const visitorOrigin = (dataplane: Dataplane, visitor: Visitor): Origin =>
  fromOutside(dataplane, visitor.interface, visitor.address, formatVisitor(visitor));

/**
 * Reads who asks: a container, `host`, `203.0.113.50@eth0` (a machine behind an interface), an address (its interface follows
 * from the routes), or `eth0` (anything that arrives there). Throws a QuestionError.
 */
export function parseOrigin(dataplane: Dataplane, text: string): Origin {
  const [address, name] = splitOnce(text, "@");
  if (name !== undefined) {
    const source = parseAddress(address);
    if (source === null) throw new QuestionError("from", text, `"${address}" is no IP address`);
    return fromOutside(dataplane, name, source, text);
  }
  const stack = findStack(dataplane, text);
  if (stack !== null) return { kind: "stack", stack, source: null };
  const source = parseAddress(text);
  if (source === null) return fromAnywhere(dataplane, text);
  const owner = residentStack(dataplane, source);
  if (owner !== null) return { kind: "stack", stack: owner, source };
  const own = dataplane.own;
  const [route] = lookupRoute(own, { destination: source, source: null, incoming: null, mark: 0 }).results;
  if (route === undefined || !("device" in route))
    throw new QuestionError(
      "from",
      text,
      `the host has no route to ${text}: say by which interface it comes in (${text}@eth0)`,
    );
  return fromOutside(dataplane, route.device, source, text);
}

function fromOutside(dataplane: Dataplane, name: string, source: Address, text: string): Origin {
  const { host } = dataplane;
  const segment = findSegment(dataplane, name);
  if (segment === null)
    throw new QuestionError(
      "from",
      text,
      `${listsAllInterfaces(host) ? "the host has" : "this snapshot shows"} no interface ${name}; ${interfacesOf(dataplane)}`,
    );
  return { kind: "outside", segment, source: () => source, assumes: [] };
}

function fromAnywhere(dataplane: Dataplane, name: string): Origin {
  const segment = findSegment(dataplane, name);
  if (segment === null) {
    const containers = [...dataplane.stacks.values()].flatMap(({ names }) => names);
    throw new QuestionError(
      "from",
      name,
      `"${name}" is no container, interface or address of this snapshot; containers: ${some(containers)}; ${interfacesOf(dataplane)}`,
    );
  }
  const [four, six] = [representativeOutside(dataplane, 4), representativeOutside(dataplane, 6)];
  return {
    kind: "outside",
    segment,
    source: (family) => (family === 4 ? four : six),
    assumes: [
      {
        code: "stands-for",
        why: `${formatAddress(four)} (IPv6: ${formatAddress(six)}) stands for any machine behind ${name}`,
      },
    ],
  };
}

/** The link by which machines outside come to an interface. */
export const findSegment = (dataplane: Dataplane, name: string): Segment | null =>
  dataplane.segments.get(`uplink:${name}`) ?? dataplane.segments.get(`bridge:${name}`) ?? null;

/** Which interfaces packets can come by, for a person, and whether those are all. */
function interfacesOf(dataplane: Dataplane): string {
  const { host } = dataplane;
  const names = [...dataplane.segments.values()].map((segment) => segment.interface);
  if (names.length === 0) return "its interfaces are in no capture (ip a)";
  return `interfaces: ${some(names)}${listsAllInterfaces(host) ? "" : "; others may be missing (ip a)"}`;
}

/** A few of the names, for a person. */
export const some = (names: readonly string[]): string => (names.length === 0 ? "none" : listWords(names, 8));

function findStack(dataplane: Dataplane, name: string): Stack | null {
  const { host } = dataplane;
  if (name === hostWord) return dataplane.own;
  const container = findContainer(host, name);
  if (container === null) return null;
  if (container.namespace === null) {
    throw new QuestionError(
      "from",
      name,
      container.running === false
        ? `container ${name} is not running: it has no network namespace`
        : `the network namespace of container ${name} is in no capture; docker network inspect lists the containers that are on networks`,
    );
  }
  return stackOf(dataplane, container);
}

/** A container by its name, as `namespaceNameOf` marks it where it has to, or by its id from 12 digits on. */
export function findContainer(host: Host, name: string): Container | null {
  const { containers } = indexOf(host);
  const named = containers.get(name) ?? containers.get(ownerIn(name));
  if (named !== undefined) return named;
  return /^[0-9a-f]{12,64}$/.test(name) ? (host.containers.find(({ id }) => id?.startsWith(name)) ?? null) : null;
}

/** An address holds no separator; the name of an interface may. */
function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
