import { groupBy } from "../../lib/group-by.ts";
import { onceFor } from "../../lib/once-for.ts";
import type { Container, Host, Namespace, Network, Pairing, PublishedPort } from "../host.ts";

/** The host's own namespace, then those of its sandboxes. */
export const namespacesOf = ({ own, sandboxes }: Host): readonly Namespace[] => [own, ...sandboxes];

/** A host's things by their names, for those that are asked for again and again. */
export interface HostIndex {
  readonly containers: ReadonlyMap<string, Container>;
  readonly networks: ReadonlyMap<string, Network>;
  readonly namespaces: ReadonlyMap<string, Namespace>;
  readonly pairings: ReadonlyMap<string, Pairing>;
  /** Pairings by the containers that they name, candidates included. */
  readonly pairingsOf: ReadonlyMap<string, readonly Pairing[]>;
  /** By `protocol port` on the host. */
  readonly published: ReadonlyMap<string, readonly PublishedPort[]>;
  /** By the container's name. */
  readonly publishedBy: ReadonlyMap<string, readonly PublishedPort[]>;
}

/** The index of a host; made when it is first asked for. */
export const indexOf = onceFor((host: Host): HostIndex => {
  const named = host.pairings.flatMap((pairing) => containersOf(pairing).map((name) => ({ name, pairing })));
  return {
    containers: new Map(host.containers.map((one) => [one.name, one])),
    networks: new Map(host.networks.map((one) => [one.id, one])),
    namespaces: new Map(namespacesOf(host).map((one) => [one.name, one])),
    pairings: new Map(host.pairings.map((one) => [one.interface, one])),
    pairingsOf: new Map(
      [...groupBy(named, ({ name }) => name)].map(([name, found]) => [name, found.map(({ pairing }) => pairing)]),
    ),
    published: groupBy(host.publishedPorts, ({ protocol, hostPort }) => `${protocol} ${hostPort}`),
    publishedBy: groupBy(host.publishedPorts, ({ container }) => container),
  };
});

function containersOf(pairing: Pairing): readonly string[] {
  if (pairing.kind === "paired") return [pairing.container];
  return pairing.kind === "candidates" ? pairing.containers : [];
}
