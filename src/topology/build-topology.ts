import { groupBy } from "../lib/group-by.ts";
import { sortedBy } from "../lib/order.ts";
import { mergeSources } from "../lib/source.ts";
import type { Host, Network } from "../model/host.ts";
import type { NodeOf, Topology } from "../results/topology.ts";
import { bridgeNode, networkLabel, portNode, vethNode } from "./bridge-nodes.ts";
import { containerNodes, memberLabel } from "./container-nodes.ts";
import {
  defaultRoutesOf,
  type InterfaceContext,
  type InterfaceRole,
  interfaceNode,
  placeOf,
} from "./interface-nodes.ts";
import { linksBetween, type Nodes } from "./links.ts";

/**
 * The graph of a host, for pictures and for people: its interfaces, bridges and their ports, networks without a bridge, and
 * the network namespaces of containers. The order is that of the names, whatever the order of the captures was.
 */
export function buildTopology(host: Host): Topology {
  const context = interfaceContext(host);
  const ifaces = [...context.byName.values()];
  const places = new Map(ifaces.map((iface) => [iface, placeOf(iface, context)]));
  const placed = (place: InterfaceRole) => ifaces.filter((iface) => places.get(iface) === place);
  const networks = sortedBy(host.networks, ({ name }) => name);
  const bridged = new Set(host.bridges.map(({ networkId }) => networkId));
  const byBridge = groupBy(networks, ({ bridge }) => bridge);
  const nodes: Nodes = {
    host: [hostNode(host)],
    interface: byName(placed("interface").map((iface) => interfaceNode(iface, context))),
    bridge: byName(host.bridges.map((bridge) => bridgeNode(bridge, byBridge.get(bridge.name) ?? [], context))),
    port: byName([...context.portOf].map(([name, bridge]) => portNode(name, bridge, context))),
    veth: byName(placed("veth").map(({ name }) => vethNode(name, context))),
    network: sortedBy(
      networkNodes(networks.filter((network) => hasNode(network, context) && !bridged.has(network.id))),
      ({ id }) => id,
    ),
    container: byName(containerNodes(host)),
  };
  const all = Object.values(nodes).flat();
  return { nodes: all, links: linksBetween(nodes, host) };
}

const byName = <T extends { readonly name: string }>(nodes: readonly T[]): T[] => sortedBy(nodes, ({ name }) => name);

function interfaceContext(host: Host): InterfaceContext {
  const namespace = host.own;
  const ifaces = namespace.interfaces.known ? namespace.interfaces.value : [];
  return {
    bridges: new Set(host.bridges.map(({ name }) => name)),
    portOf: new Map(host.bridges.flatMap(({ name, ports }) => ports.map((port) => [port, name]))),
    pairings: new Map(host.pairings.map((pairing) => [pairing.interface, pairing])),
    addressesKnown: namespace.addressesKnown,
    defaultRoutes: defaultRoutesOf(namespace),
    byName: new Map(ifaces.map((iface) => [iface.name, iface])),
    byIndex: new Map(ifaces.map((iface) => [iface.index, iface])),
  };
}

function hostNode(host: Host): NodeOf<"host"> {
  const names = new Set(host.own.containers);
  const members = host.containers.filter(({ name }) => names.has(name));
  return {
    type: "host",
    id: "host",
    hostname: host.identity.hostname,
    containers: byName(members.map(memberLabel)),
    sources: mergeSources(members.flatMap(({ sources }) => sources)),
  };
}

/** `host` and `none` are modes of a container rather than networks, and a bridge network is shown by its bridge. */
function hasNode(network: Network, { bridges }: InterfaceContext): boolean {
  if (network.driver === "host" || network.driver === "null") return false;
  return network.bridge === null || !bridges.has(network.bridge);
}

/** Names of networks need not be unique, so the id of one that shares its name ends in the network's own id. */
function networkNodes(networks: readonly Network[]): NodeOf<"network">[] {
  const named = groupBy(networks, ({ name }) => name);
  return networks.map((network) => {
    const shared = (named.get(network.name)?.length ?? 0) > 1;
    const id = `network:${network.name}${shared ? `#${network.id.slice(0, 12)}` : ""}`;
    return { type: "network", id, network: networkLabel(network), sources: network.sources };
  });
}
