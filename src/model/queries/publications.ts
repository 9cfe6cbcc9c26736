import { type Address, sameAddress, unmapped } from "../../lib/address.ts";
import { isLoopback, isUnspecified } from "../../lib/address-class.ts";
import type { Transport } from "../../lib/protocol.ts";
import type { Source } from "../../lib/source.ts";
import type { Container, Host, Namespace, PublishedPort } from "../host.ts";
import { type Attachment, attachmentsOf } from "./attachments.ts";
import { indexOf } from "./host-index.ts";

/** A container's port with all addresses of the host that it is published on. */
export interface Publication {
  readonly container: string;
  readonly protocol: Transport;
  readonly hostPort: number;
  readonly containerPort: number;
  /** Addresses of the host, one at least; the unspecified one for all of a family. */
  readonly addresses: readonly [Address, ...Address[]];
  readonly sources: readonly Source[];
}

/** The published ports, each once with all its addresses. */
export function publications(host: Host): readonly Publication[] {
  const groups = new Map<string, PublishedPort[]>();
  for (const port of host.publishedPorts) {
    const key = [port.container, port.protocol, port.hostPort, port.containerPort].join(" ");
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [port]);
    else group.push(port);
  }
  return [...groups.values()].flatMap((group) => {
    const [first, ...others] = group;
    if (first === undefined) return [];
    const { container, protocol, hostPort, containerPort } = first;
    const addresses = [first.hostAddress, ...others.map(({ hostAddress }) => hostAddress)] as const;
    return [
      { container, protocol, hostPort, containerPort, addresses, sources: group.flatMap(({ sources }) => sources) },
    ];
  });
}

/** Whether it is published on loopback addresses only. */
export const isLocalOnly = ({ addresses }: Publication): boolean => addresses.every(isLoopbackBinding);

/** Whether who binds to an address is heard on the machine itself only, IPv4-mapped ones included. */
export const isLoopbackBinding = (address: Address): boolean => isLoopback(unmapped(address));

/** Whether who is bound to an address takes what comes for another: at `::` all of IPv6, at `0.0.0.0` all of IPv4. */
export const takes = (bound: Address, address: Address): boolean =>
  bound.family === address.family && (isUnspecified(bound) || sameAddress(bound, address));

/** A container that runs in a namespace of its own or another's, not in the host's. */
export interface Sandboxed {
  readonly container: Container;
  readonly namespace: Namespace;
  /** Its endpoints on bridges of the host, the one that gives the default route first. */
  readonly onBridges: readonly Attachment[];
}

/** The containers' own namespaces by the containers' names. */
export function sandboxes(host: Host): ReadonlyMap<string, Sandboxed> {
  const { namespaces } = indexOf(host);
  const attached = new Map(host.sandboxes.map((namespace) => [namespace.name, attachmentsOf(host, namespace)]));
  return new Map(
    host.containers.flatMap((container) => {
      const namespace = container.namespace === null ? undefined : namespaces.get(container.namespace);
      if (namespace === undefined || namespace.isHost) return [];
      const onBridges = (attached.get(namespace.name) ?? []).filter(({ network }) => network.bridge !== null);
      return [[container.name, { container, namespace, onBridges }] as const];
    }),
  );
}
