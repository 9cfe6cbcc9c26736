import { asPortTest } from "../../firewall/fields.ts";
import { includes, matchesOf, rulesOf, testsOf } from "../../firewall/statements.ts";
import type { Address } from "../../lib/address.ts";
import { formatPort } from "../../lib/endpoint.ts";
import { sortedBy } from "../../lib/order.ts";
import { isTransport } from "../../lib/protocol.ts";
import type { Container, Endpoint, Host, Network } from "../../model/host.ts";
import { indexOf } from "../../model/queries/host-index.ts";
import { takes } from "../../model/queries/publications.ts";
import { type Port, portsOf } from "../../model/queries/services.ts";
import type { Matching } from "../match/match.ts";
import { hostPlaces } from "./host-places.ts";
import { oneSided, type PeerPair } from "./peer-pairs.ts";
import type { Both, HostSide } from "./side.ts";

/** Something that may be asked for: a port at an address, which may be another one on each side. */
export interface Destination {
  /** The same for whatever is the same in both snapshots, and for nothing else. */
  readonly key: string;
  readonly place: ServicePlace;
  readonly port: Port;
  /** The address that is asked; null on a side where nobody has it. */
  readonly address: Both<Address>;
}

/** Whose address it is. */
export type ServicePlace =
  /** A container's own, on one of its networks. */
  | { readonly kind: "container"; readonly container: Both<string>; readonly network: Both<string> }
  /** One of the host's; `publishes` says which container's port is published there. */
  | { readonly kind: "host"; readonly interface: Both<string>; readonly publishes: Both<PublishedService> }
  /** Somebody's outside, by a party's key. */
  | { readonly kind: "outside"; readonly who: string };

export interface PublishedService {
  readonly container: string;
  readonly port: number;
}

/** Everything that may be asked for, in a stable order. */
export function destinationsOf(
  before: HostSide,
  after: HostSide,
  matching: Matching,
  parties: readonly PeerPair[],
): readonly Destination[] {
  const all = [
    ...containerPorts(before, after, matching),
    ...hostPorts(before, after, matching),
    ...outsidePorts(before, after, parties),
  ];
  return sortedBy(new Map(all.map((one) => [one.key, one])).values(), ({ key }) => key);
}

/** Each port of each container, at each of its addresses. */
function containerPorts(before: HostSide, after: HostSide, { containers, networks }: Matching): readonly Destination[] {
  const nets: Both<Network>[] = [...networks.pairs, ...oneSided(networks.removed, networks.added)];
  const sameNet = new Map(
    nets.flatMap((pair) => [[`before ${pair.before?.id}`, pair] as const, [`after ${pair.after?.id}`, pair] as const]),
  );
  const both: Both<Container>[] = [...containers.pairs, ...oneSided(containers.removed, containers.added)];
  return both.flatMap((container) => {
    const ports = union(portsIn(before.host, container.before), portsIn(after.host, container.after));
    const found = new Map<string, { network: Both<Network>; before: Endpoint | null; after: Endpoint | null }>();
    for (const side of ["before", "after"] as const)
      for (const endpoint of container[side]?.endpoints ?? []) {
        const network = sameNet.get(`${side} ${endpoint.networkId}`);
        if (network === undefined) continue;
        const key = `${network.before?.name ?? ""}/${network.after?.name ?? ""}`;
        found.set(key, { ...(found.get(key) ?? { network, before: null, after: null }), [side]: endpoint });
      }
    const names = { before: container.before?.name ?? null, after: container.after?.name ?? null };
    return [...found].flatMap(([key, { network, ...ends }]) =>
      ([4, 6] as const).flatMap((family) => {
        const address = { before: addressIn(ends.before, family), after: addressIn(ends.after, family) };
        if (address.before === null && address.after === null) return [];
        const place: ServicePlace = {
          kind: "container",
          container: names,
          network: {
            before: ends.before === null ? null : (network.before?.name ?? null),
            after: ends.after === null ? null : (network.after?.name ?? null),
          },
        };
        return ports.map((port) => ({
          key: `container ${names.before ?? ""}/${names.after ?? ""} ${key} ${family} ${formatPort(port)}`,
          place,
          port,
          address,
        }));
      }),
    );
  });
}

const addressIn = (endpoint: Endpoint | null, family: 4 | 6): Address | null =>
  (family === 4 ? endpoint?.ipv4 : endpoint?.ipv6)?.address ?? null;

/** The ports in a container's namespace, those of others that share it included. In the host's they are the host's. */
function portsIn(host: Host, container: Container | null): readonly Port[] {
  if (container === null || container.namespace === null || container.namespace === host.own.name) return [];
  const { containers, namespaces } = indexOf(host);
  const names = namespaces.get(container.namespace)?.containers ?? [container.name];
  return union(
    ...names.map((name) => {
      const one = containers.get(name);
      return one === undefined ? [] : portsOf(host, one);
    }),
  );
}

function union(...lists: readonly (readonly Port[])[]): readonly Port[] {
  return sortedBy(new Map(lists.flat().map((port) => [formatPort(port), port])).values(), formatPort);
}

/** Each published port and each port that the host listens on, at each of the host's addresses. */
function hostPorts(before: HostSide, after: HostSide, matching: Matching): readonly Destination[] {
  const ports = union(portsOfHost(before.host), portsOfHost(after.host));
  const published = { before: publications(before.host), after: publications(after.host) };
  return hostPlaces(before, after, matching).flatMap(({ key, interface: name, address }) =>
    ports.map((port) => {
      const publishes = (side: "before" | "after") => published[side].at(address[side], port);
      return {
        key: `host ${key} ${formatPort(port)}`,
        place: { kind: "host", interface: name, publishes: { before: publishes("before"), after: publishes("after") } },
        port,
        address,
      };
    }),
  );
}

function portsOfHost(host: Host): readonly Port[] {
  const { own } = host;
  const listening = own.listeners.known ? own.listeners.value : [];
  const all = [...listening, ...host.publishedPorts.map(({ protocol, hostPort }) => ({ protocol, port: hostPort }))];
  return union(all.flatMap(({ protocol, port }) => (isTransport(protocol) ? [{ protocol, port }] : [])));
}

/** Looks up what is published at an address of the host. */
function publications(host: Host): { readonly at: (address: Address | null, port: Port) => PublishedService | null } {
  const { published } = indexOf(host);
  return {
    at: (address, { protocol, port }) => {
      if (address === null) return null;
      const found = published.get(`${protocol} ${port}`)?.find((one) => takes(one.hostAddress, address));
      return found === undefined ? null : { container: found.container, port: found.containerPort };
    },
  };
}

/** Web and name servers outside, and the ports that rules name: each of them may be treated in its own way. */
const usualPorts: readonly Port[] = [
  { protocol: "tcp", port: 443 },
  { protocol: "udp", port: 53 },
];

const mostNamedPorts = 16;

function outsidePorts(before: HostSide, after: HostSide, parties: readonly PeerPair[]): readonly Destination[] {
  const own = new Set(
    [before, after].flatMap(({ host }) =>
      [...portsOfHost(host), ...host.containers.flatMap((one) => portsIn(host, one))].map(formatPort),
    ),
  );
  const named = union(namedPorts(before), namedPorts(after)).filter((port) => !own.has(formatPort(port)));
  const ports = union(usualPorts, named.slice(0, mostNamedPorts));
  return parties.flatMap(({ key, kind, origin, family: only }) => {
    if (kind !== "outside") return [];
    const families = only === null ? ([4, 6] as const) : [only];
    return families.flatMap((family) => {
      const addressOn = (side: "before" | "after") => {
        const one = origin[side];
        return one?.kind === "outside" ? one.source(family) : null;
      };
      const address = { before: addressOn("before"), after: addressOn("after") };
      return ports.map((port) => ({
        key: `${key} ${family} ${formatPort(port)}`,
        place: { kind: "outside" as const, who: key },
        port,
        address,
      }));
    });
  });
}

/** The single destination ports that the host's rules ask for. */
function namedPorts({ dataplane }: HostSide): readonly Port[] {
  const firewalls = dataplane.own.firewall;
  if (firewalls === undefined) return [];
  const found: Port[] = [];
  for (const family of [4, 6] as const)
    for (const { rule } of rulesOf(firewalls[family].firewall)) {
      const protocol = testsOf(rule, "protocol").some((test) => includes(test, 17)) ? "udp" : "tcp";
      const ports = matchesOf(rule).filter(({ test }) => test.kind === "field" && test.field === "destination-port");
      for (const { test } of ports)
        for (const { from, to } of asPortTest(test)?.ranges ?? [])
          if (from === to) found.push({ protocol, port: from });
    }
  return found;
}
