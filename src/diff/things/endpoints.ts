import { formatAddress, formatPrefixedAddress } from "../../lib/address.ts";
import { shortId } from "../../model/build/networks.ts";
import type { Endpoint } from "../../model/host.ts";
import type { Change } from "../change.ts";
import { type Comparer, compareList, listed, type Property } from "../compare-list.ts";
import type { NamespaceOnSide, Sides } from "../match/sides.ts";

/** An endpoint with the container that it is of. */
interface Attached extends Endpoint {
  readonly container: string;
  readonly containerId: string | null;
}

/** The places of containers on networks: of one container on one network. They are there while it runs. */
export function compareEndpoints({ places: [host] }: Sides): Change[] {
  return compareList(host, attached(host.before), attached(host.after), comparer);
}

const attached = ({ side }: NamespaceOnSide): Attached[] =>
  side.host.containers.flatMap(({ name, id, endpoints }) =>
    endpoints.map((endpoint) => ({ ...endpoint, container: name, containerId: id })),
  );

const engines = ["docker-inspect", "docker-network-inspect"] as const;
const inspected = ["docker-inspect"] as const;

const withLength = (end: Endpoint["ipv4"]): string | null => end && formatPrefixedAddress(end);

/** Names beside the container's own and the start of its id, by which every container can be called. */
const names = ({ container, containerId }: Attached, all: readonly string[]): string | null =>
  listed(all.filter((name) => name !== container && (containerId === null || name !== shortId(containerId))));

const properties: readonly Property<Attached>[] = [
  { name: "IPv4 address", of: ({ ipv4 }) => withLength(ipv4), from: engines, essential: true },
  { name: "IPv6 address", of: ({ ipv6 }) => withLength(ipv6), from: engines, essential: true },
  { name: "IPv4 gateway", of: ({ gateway4 }) => gateway4 && formatAddress(gateway4), from: inspected, only: true },
  { name: "IPv6 gateway", of: ({ gateway6 }) => gateway6 && formatAddress(gateway6), from: inspected, only: true },
  { name: "aliases", of: (one) => names(one, one.aliases), from: inspected },
  { name: "DNS names", of: (one) => names(one, one.dnsNames), from: inspected },
  {
    name: "MAC address",
    of: ({ mac }) => mac,
    from: engines,
    // A new endpoint has a new one: newer engines draw it by lot, older ones make it of the IPv4 address.
    unless: (before, after) =>
      before.endpointId !== null && after.endpointId !== null && before.endpointId !== after.endpointId,
  },
  { name: "gateway priority", of: ({ gwPriority }) => (gwPriority === 0 ? null : String(gwPriority)), from: inspected },
];

const comparer: Comparer<Attached> = {
  kind: "endpoint",
  listedBy: engines,
  keyOf: ({ container, networkId }, { side: { labels } }) =>
    JSON.stringify([labels.container(container), labels.network(networkId)]),
  nameOf: ({ container, networkId }, { side: { labels } }) => `${container} on ${labels.sayNetwork(networkId)}`,
  properties,
};
