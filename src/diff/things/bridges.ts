import type { CaptureKind } from "../../captures/kinds.ts";
import { shortId } from "../../model/build/networks.ts";
import type { Bridge, Interface } from "../../model/host.ts";
import type { Change } from "../change.ts";
import { type Comparer, compareList, yesNo } from "../compare-list.ts";
import { areAlike, lackOf, type NamespaceOnSide, type NamespacePair, type Sides } from "../match/sides.ts";
import { addressesOf } from "./addresses.ts";

/** A bridge with its interface, and the number of its ports that no endpoint accounts for. */
interface Shown extends Bridge {
  readonly iface: Interface | undefined;
  readonly strays: number | null;
}

/**
 * Bridges of the host: a network's is known by its network, any other by its name. One that comes or goes together with its
 * network is part of that change.
 */
export function compareBridges({ matching, places: [host] }: Sides): Change[] {
  const [removed, added] = [matching.networks.removed, matching.networks.added].map(
    (networks) => new Set(networks.map(({ id }) => shortId(id))),
  );
  const listsAlike = networkLists.every((kind) => isEven(host, kind));
  const countable = listsAlike && portLists.every((kind) => isEven(host, kind));
  const comes = (
    bridge: Shown,
    other: ReadonlyMap<string, Shown>,
    unmatched: ReadonlySet<string> | undefined,
    there: NamespaceOnSide,
  ) => {
    if (bridge.networkId !== null) return unmatched?.has(shortId(bridge.networkId)) === true && other.has(bridge.name);
    // Without `-d` a bridge may be listed and not be known for one.
    return !facesOf(there).has(bridge.name) && (bridge.owner === "foreign" || listsAlike);
  };
  const [before, after] = [shownBridges(host.before, countable), shownBridges(host.after, countable)];
  const [was, is] = [before, after].map((bridges) => new Map(bridges.map((bridge) => [bridge.name, bridge])));
  if (was === undefined || is === undefined) return [];
  const keys = {
    before: new Set(before.map((each) => keyOf(each, host.before))),
    after: new Set(after.map((each) => keyOf(each, host.after))),
  };
  return compareList(
    host,
    before.filter((each) => keys.after.has(keyOf(each, host.before)) || comes(each, is, removed, host.after)),
    after.filter((each) => keys.before.has(keyOf(each, host.after)) || comes(each, was, added, host.before)),
    comparer,
  );
}

const networkLists = ["docker-network-inspect", "docker-network-ls", "docker-inspect"] as const;
const portLists = ["ip-addr", "ip-link", "brctl-show"] as const;

/** Whether both snapshots hold a kind alike, or neither does. */
const isEven = (host: NamespacePair, kind: CaptureKind): boolean =>
  areAlike(host, kind) || [host.before, host.after].every(({ side, netns }) => lackOf(side, kind, netns) === null);

/** Whether an interface that is not listed is not there. */
const listsInterfaces = ({ side, netns }: NamespaceOnSide): boolean =>
  (["ip-addr", "ip-link"] as const).some((kind) => lackOf(side, kind, netns) === "");

const facesOf = ({ namespace: { interfaces } }: NamespaceOnSide): ReadonlyMap<string, Interface> =>
  new Map(interfaces.known ? interfaces.value.map((iface) => [iface.name, iface]) : []);

function shownBridges(inside: NamespaceOnSide, countable: boolean): Shown[] {
  const { host } = inside.side;
  const ifaces = facesOf(inside);
  const veths = new Set(host.pairings.map((pairing) => pairing.interface));
  const endpoints = new Map<string, number>();
  const count = (id: string) => endpoints.set(id, (endpoints.get(id) ?? 0) + 1);
  for (const each of host.containers) for (const { networkId } of each.endpoints) count(networkId);
  for (const { id, specialEndpoints } of host.networks) for (const _ of specialEndpoints) count(id);
  return host.bridges.map((bridge) => {
    const ports = bridge.ports.filter((port) => veths.has(port)).length;
    const accounted = bridge.networkId === null ? 0 : (endpoints.get(bridge.networkId) ?? 0);
    return { ...bridge, iface: ifaces.get(bridge.name), strays: countable ? ports - accounted : null };
  });
}

const keyOf = ({ name }: Bridge, { interfaceLabel: iface }: NamespaceOnSide): string => iface(name);

const details = ["ip-link"] as const;

const comparer: Comparer<Shown> = {
  kind: "bridge",
  listedBy: portLists,
  keyOf,
  nameOf: ({ name }, { interfaceName }) => interfaceName(name),
  properties: [
    {
      name: "state",
      of: ({ up }, inside) => (up === null ? (listsInterfaces(inside) ? "missing" : null) : up ? "up" : "down"),
      from: [],
    },
    {
      name: "network",
      of: ({ networkId }, { side }) => networkId && side.labels.sayNetwork(networkId),
      keyOf: ({ networkId }, { side }) => networkId && side.labels.network(networkId),
      from: ["docker-network-inspect"],
    },
    { name: "spanning tree", of: ({ stp }) => yesNo(stp), from: ["brctl-show", ...details] },
    { name: "VLAN filtering", of: ({ vlanFiltering }) => yesNo(vlanFiltering), from: details },
    { name: "MTU", of: ({ iface }) => (iface?.mtu == null ? null : String(iface.mtu)), from: ["ip-addr", "ip-link"] },
    {
      name: "IPv4 addresses",
      of: ({ iface }) => (iface === undefined ? null : addressesOf(iface, 4)),
      from: ["ip-addr"],
    },
    {
      name: "IPv6 addresses",
      of: ({ iface }) => (iface === undefined ? null : addressesOf(iface, 6)),
      from: ["ip-addr"],
    },
    {
      name: "ports beyond its endpoints",
      of: ({ strays }) => (strays === null ? null : String(strays)),
      from: [],
    },
  ],
};
