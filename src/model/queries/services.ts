import { isLoopback } from "../../lib/address-class.ts";
import { formatPort } from "../../lib/endpoint.ts";
import { sortedBy } from "../../lib/order.ts";
import { isTransport, type Transport } from "../../lib/protocol.ts";
import type { Container, Host } from "../host.ts";
import { namespaceNameOf } from "../namespace-id.ts";
import { indexOf } from "./host-index.ts";

/** A port that somebody may be asked at. */
export interface Port {
  readonly protocol: Transport;
  readonly port: number;
}

/** Something that may be asked for: a port of a container. */
export interface Service {
  readonly container: string;
  readonly networks: readonly string[];
  /** As a question writes it: `db:3306`, `dns:53/udp`. */
  readonly to: string;
}

/** The ports of all containers, as far as the snapshot tells them: they listen, they are published, or the image exposes them. */
export function servicesOf(host: Host): Service[] {
  const { networks } = indexOf(host);
  const services = host.containers.flatMap((container): Service[] => {
    if (container.namespace === null || container.namespace === host.own.name) return [];
    const names = container.endpoints.map(({ networkId }) => networks.get(networkId)?.name ?? networkId);
    return portsOf(host, container).map((port) => ({
      container: container.name,
      networks: names,
      to: `${namespaceNameOf(container.name)}:${formatPort(port)}`,
    }));
  });
  return sortedBy(services, ({ to }) => to);
}

/** The ports that a container is known for: listening, published, or exposed where nobody looked inside. Sorted, each once. */
export function portsOf(host: Host, container: Container): Port[] {
  const ports = new Map<string, Port>();
  const add = (port: Port) => ports.set(formatPort(port), port);
  const { publishedBy, namespaces } = indexOf(host);
  for (const { protocol, containerPort } of publishedBy.get(container.name) ?? [])
    if (isTransport(protocol)) add({ protocol, port: containerPort });
  const listeners = namespaces.get(container.namespace ?? "")?.listeners;
  if (listeners?.known === true) {
    // The embedded DNS and others that only the namespace itself can reach are on its loopback.
    for (const { protocol, port, address } of listeners.value)
      if (!isLoopback(address) && (protocol === "tcp" || protocol === "udp")) add({ protocol, port });
  }
  // What the image exposes is the next best when nobody looked inside.
  else
    for (const text of container.exposedPorts) {
      const [port, protocol = "tcp"] = text.split("/");
      if (isTransport(protocol) && /^\d+$/.test(port ?? "")) add({ protocol, port: Number(port) });
    }
  return sortedBy(ports.values(), formatPort);
}
