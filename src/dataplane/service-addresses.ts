import { type Address, addressKey } from "../lib/address.ts";
import { isUnspecified } from "../lib/address-class.ts";
import { formatEndpoint, formatPort } from "../lib/endpoint.ts";
import { onceFor } from "../lib/once-for.ts";
import type { Host, PublishedPort } from "../model/host.ts";
import { hostWord, ownerIn } from "../model/namespace-id.ts";
import { attachmentsOf } from "../model/queries/attachments.ts";
import { indexOf } from "../model/queries/host-index.ts";
import { isLoopbackBinding } from "../model/queries/publications.ts";
import type { Port } from "../model/queries/services.ts";
import { isLocal } from "./routing.ts";
import { stackOf } from "./stack-ref.ts";
import type { Dataplane, Stack, StackInterface } from "./types.ts";
import { uplinksOf } from "./uplinks.ts";

/** An address of the host's own, and what its interface is to who asks there. */
export interface HostAddress {
  readonly address: Address;
  readonly interface: string;
  /** `uplink`: strangers come by it. `bridge`: containers or virtual machines are behind it. */
  readonly at: "loopback" | "uplink" | "bridge" | "other";
}

/** One way to ask for a port. `to` is the question's text: `172.18.0.3:80`, `[fd00::3]:53/udp`. */
export type ServiceAddress = {
  readonly to: string;
  /** The address that is asked. */
  readonly address: Address;
} & (
  | {
      /** At an address of the container's own; of the host's for a container that shares its namespace, and for the host. */
      readonly kind: "direct";
      /** Whose address it is: a network's name, `host`, or null for the loopback and for interfaces that no network accounts for. */
      readonly network: string | null;
    }
  | {
      /** At a port of the host that is published for it. */
      readonly kind: "published";
      readonly hostPort: number;
      readonly binding: PublishedPort;
    }
);

/**
 * The addresses that the host takes for its own, each once, in the kernel's order of interfaces: not the link-local ones,
 * which need the name of a link beside them, nor those that are still tentative or taken by somebody else.
 */
export const hostAddresses = onceFor((dataplane: Dataplane): readonly HostAddress[] => {
  const own = dataplane.own;
  const uplinks = new Set(uplinksOf(dataplane).map(({ name }) => name));
  const placeOf = ({ name, isLoopback }: StackInterface): HostAddress["at"] => {
    if (isLoopback) return "loopback";
    if (uplinks.has(name)) return "uplink";
    return dataplane.segments.has(`bridge:${name}`) ? "bridge" : "other";
  };
  const all = [...own.interfaces.values()].flatMap((each) =>
    addressesOn(own, each).map((address) => ({ address, interface: each.name, at: placeOf(each) })),
  );
  return onceEach(all, ({ address }) => addressKey(address));
});

const addressesOn = (stack: Stack, { addresses }: StackInterface): readonly Address[] =>
  addresses
    .filter(({ address, scope, flags }) => scope !== "link" && isUsable(flags) && isLocal(stack, address))
    .map(({ address }) => address);

const isUsable = (flags: readonly string[]): boolean => !flags.includes("tentative") && !flags.includes("dadfailed");

/**
 * All ways by which `origin` (`host`, a container's name, or an interface for any machine behind it) may ask for a port of a
 * container, or of the `host`: at its own addresses, and where the port is published. Which of them lead there is the
 * tracer's to say. Each `to` once, the ways that people use first; empty for a container without a namespace.
 *
 * A port that is published on all addresses is asked for where the origin meets the host: from outside at the addresses of
 * the interface it comes by, from a container at all but the loopback. One that is published on a loopback address is asked
 * for by the host, and from outside, where a neighbour can send to it on hosts that route it (`route_localnet`).
 */
export function serviceAddresses(
  dataplane: Dataplane,
  origin: string,
  target: string,
  port: Port,
): readonly ServiceAddress[] {
  const { host } = dataplane;
  const stack = stackAsked(dataplane, target);
  if (stack === null) return [];
  const from = stackAsked(dataplane, origin);
  const visible = hostAddresses(dataplane).filter(({ at }) => at !== "loopback" || from?.isHost === true);
  const meets = from === null ? visible.filter((one) => one.interface === origin) : visible;
  const ways = stack.isHost
    ? [...meets, ...visible].map(({ address }) => directWay(address, port, hostWord))
    : [
        ...publishedWays(host, stack, port, meets, from),
        ...ownAddresses(host, stack, from === stack).map(({ address, network }) => directWay(address, port, network)),
      ];
  return onceEach(ways, ({ to }) => to);
}

/** The stack of the `host` or of a container; null for machines outside and for containers without one. */
function stackAsked(dataplane: Dataplane, name: string): Stack | null {
  if (name === hostWord) return dataplane.own;
  const container = indexOf(dataplane.host).containers.get(ownerIn(name));
  return container === undefined ? null : stackOf(dataplane, container);
}

/** An address that is asked for itself. */
export const directWay = (address: Address, port: Port, network: string | null): ServiceAddress => ({
  kind: "direct",
  network,
  ...askedAt(address, port),
});

const askedAt = (address: Address, port: Port): Pick<ServiceAddress, "to" | "address"> => ({
  to: formatEndpoint(address, formatPort(port)),
  address,
});

/** Containers that share a namespace share what is published for any of them. */
function publishedWays(
  host: Host,
  stack: Stack,
  port: Port,
  meets: readonly HostAddress[],
  from: Stack | null,
): readonly ServiceAddress[] {
  const bindings = stack.names
    .flatMap((name) => indexOf(host).publishedBy.get(name) ?? [])
    .filter(({ containerPort, protocol }) => containerPort === port.port && protocol === port.protocol);
  return bindings.flatMap((binding) =>
    addressesOf(binding, meets, from).map((address): ServiceAddress => {
      const { hostPort } = binding;
      return { kind: "published", hostPort, binding, ...askedAt(address, { ...port, port: hostPort }) };
    }),
  );
}

function addressesOf(
  { hostAddress }: PublishedPort,
  meets: readonly HostAddress[],
  from: Stack | null,
): readonly Address[] {
  if (isUnspecified(hostAddress))
    return meets.map(({ address }) => address).filter(({ family }) => family === hostAddress.family);
  return isLoopbackBinding(hostAddress) && from !== null && !from.isHost ? [] : [hostAddress];
}

interface OwnAddress {
  readonly address: Address;
  readonly network: string | null;
}

/**
 * What the engine gave a namespace, and what was seen in it beside that; its loopback, for who shares it. The engine's come
 * in the order in which it prefers the networks.
 */
export function ownAddresses(host: Host, stack: Stack, isShared: boolean): readonly OwnAddress[] {
  const namespace = indexOf(host).namespaces.get(stack.name);
  const attachments = namespace === undefined ? [] : attachmentsOf(host, namespace);
  const given = attachments.flatMap(({ endpoint, network }) =>
    [endpoint.ipv4, endpoint.ipv6].flatMap((end): OwnAddress[] =>
      end === null ? [] : [{ address: end.address, network: network.name }],
    ),
  );
  const networks = new Map(attachments.map((one) => [one.interface, one.network.name]));
  const seen = [...stack.interfaces.values()]
    .filter(({ isLoopback }) => isShared || !isLoopback)
    .flatMap((each) =>
      addressesOn(stack, each).map((address): OwnAddress => {
        const network = each.isLoopback ? null : (networks.get(each.name) ?? null);
        return { address, network };
      }),
    );
  return onceEach([...given, ...seen], ({ address }) => addressKey(address));
}

/** The items without those whose key came before. */
function onceEach<T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const isNew = !seen.has(keyOf(item));
    seen.add(keyOf(item));
    return isNew;
  });
}
