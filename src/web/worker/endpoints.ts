import { sortedBy } from "../../lib/order.ts";
import type { Host } from "../../model/host.ts";

/** Where a question may start: machines outside by the interface they come in by, the host, and running containers. */
export function originsOf(host: Host): { readonly outside: readonly string[]; readonly all: readonly string[] } {
  const [own] = host.namespaces;
  const routed = new Set<string>();
  for (const routes of [own?.routes, own?.routes6]) {
    if (routes?.known !== true) continue;
    for (const { to, type, table, nexthops } of routes.value) {
      if (type !== "unicast" || table !== "main" || (to !== "0.0.0.0/0" && to !== "::/0")) continue;
      for (const { device } of nexthops) if (device !== null) routed.add(device);
    }
  }
  const outside = sortedBy(routed, (name) => name);
  const containers = host.containers.filter(({ namespace }) => namespace !== null).map(({ name }) => name);
  return { outside, all: [...outside, "host", ...sortedBy(containers, (name) => name)] };
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
  const networkName = new Map(host.networks.map(({ id, name }) => [id, name]));
  const services = host.containers.flatMap((container): Service[] => {
    if (container.namespace === null || container.namespace === "host") return [];
    const networks = container.endpoints.map(({ networkId }) => networkName.get(networkId) ?? networkId);
    return portsOf(host, container.name, container.namespace).map((port) => ({
      container: container.name,
      networks,
      to: `${container.name}:${port}`,
    }));
  });
  return sortedBy(services, ({ to }) => to);
}

function portsOf(host: Host, name: string, namespaceId: string): string[] {
  const ports = new Set<string>();
  const add = (port: number, protocol: string) => ports.add(protocol === "tcp" ? `${port}` : `${port}/${protocol}`);
  for (const one of host.publishedPorts) if (one.container === name) add(one.containerPort, one.protocol);
  const namespace = host.namespaces.find(({ id }) => id === namespaceId);
  if (namespace?.listeners.known === true) {
    for (const { protocol, port, address } of namespace.listeners.value) {
      // The embedded DNS and others that only the container itself can reach.
      const own = address?.startsWith("127.") === true || address === "::1";
      if (!own && (protocol === "tcp" || protocol === "udp")) add(port, protocol);
    }
  }
  // What the image exposes is the next best when nobody looked inside.
  else
    for (const port of host.containers.find((one) => one.name === name)?.exposedPorts ?? [])
      ports.add(port.replace(/\/tcp$/, ""));
  return sortedBy(ports, (port) => port);
}
