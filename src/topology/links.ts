import { sortedBy } from "../lib/order.ts";
import type { Host } from "../model/host.ts";
import type { LinkOf, NodeOf, PairingLabel, TopologyLink, TopologyNode } from "../results/topology.ts";

/** The nodes of a picture by their type. */
export type Nodes = { readonly [T in TopologyNode["type"]]: readonly NodeOf<T>[] };

/** All links between the given nodes. */
export function linksBetween(nodes: Nodes, host: Host): TopologyLink[] {
  return [...hostLinks(nodes), ...vethLinks(nodes), ...containerLinks(nodes, host), ...parentLinks(nodes, host)];
}

function hostLinks(nodes: Nodes): TopologyLink[] {
  const uplinks = nodes.interface
    .filter(({ role }) => role === "uplink")
    .map(({ id, sources }): TopologyLink => ({ type: "uplink", id: `${id} host`, from: id, to: "host", sources }));
  const routed = nodes.bridge.map(({ id, addresses, sources }): TopologyLink => {
    const addressed = addresses.some(({ scope }) => scope === "global");
    return { type: "routed", id: `host ${id}`, from: "host", to: id, addressed, sources };
  });
  return [...uplinks, ...routed];
}

/** From a bridge to its ports, from a veth to what is behind it, and between two ends that are both on the host. */
function vethLinks(nodes: Nodes): TopologyLink[] {
  const links: TopologyLink[] = [];
  const containerOf = containersByName(nodes);
  const ends = new Map([...nodes.port, ...nodes.veth].map((node) => [node.name, node.id]));
  for (const node of [...nodes.port, ...nodes.veth]) {
    const { id, sources, pairing, peer } = node;
    if (node.type === "port") {
      const from = `bridge:${node.bridge}`;
      links.push({ type: "port", id: `${from} ${id}`, from, to: id, sources });
    }
    for (const link of pairingLinks(id, pairing, containerOf)) links.push({ ...link, sources });
    const other = peer === null ? undefined : ends.get(peer);
    if (other !== undefined && id < other) {
      links.push({ type: "peer", id: `${id} ${other}`, from: id, to: other, sources });
    }
  }
  return links;
}

type PairingLink = Omit<LinkOf<"endpoint">, "sources"> | Omit<LinkOf<"candidate">, "sources">;

function pairingLinks(
  from: string,
  pairing: PairingLabel | null,
  containerOf: ReadonlyMap<string, NodeOf<"container">>,
): PairingLink[] {
  if (pairing === null || pairing.kind === "unknown") return [];
  if (pairing.kind === "candidates") {
    return pairing.containers.flatMap((name) => {
      const to = containerOf.get(name)?.id;
      return to === undefined ? [] : [{ type: "candidate" as const, id: `${from} ${to}`, from, to }];
    });
  }
  const container = containerOf.get(pairing.container);
  if (container === undefined) return [];
  const { networkId, method, certainty } = pairing;
  const network = container.endpoints.find((endpoint) => endpoint.networkId === networkId)?.network ?? networkId;
  return [{ type: "endpoint", id: `${from} ${container.id}`, from, to: container.id, network, method, certainty }];
}

/** From a network to those containers on it that no veth leads to. */
function containerLinks(nodes: Nodes, host: Host): TopologyLink[] {
  const bridgeOf = new Map(nodes.bridge.flatMap(({ id, networks }) => networks.map((network) => [network.id, id])));
  const networkNode = new Map(nodes.network.map(({ id, network }) => [network.id, id]));
  const reached = reachedEndpoints(nodes, host);
  return nodes.container.flatMap((node) =>
    node.endpoints.flatMap(({ networkId, network, sources }): TopologyLink[] => {
      if (node.mode === "stopped" || reached.has(`${node.id} ${networkId}`)) return [];
      const bridge = bridgeOf.get(networkId);
      const from = bridge ?? networkNode.get(networkId);
      if (from === undefined) return [];
      const type = bridge === undefined ? "attachment" : "portless";
      return [{ type, id: `${from} ${node.id}`, from, to: node.id, network, sources }];
    }),
  );
}

/** The endpoints that a veth leads to, or may lead to, as `node networkId`. */
function reachedEndpoints(nodes: Nodes, host: Host): Set<string> {
  const containerOf = containersByName(nodes);
  const networksOn = new Map(nodes.bridge.map(({ name, networks }) => [name, networks.map(({ id }) => id)]));
  const bridgeOfPort = new Map(nodes.port.map(({ name, bridge }) => [name, bridge]));
  const reached = new Set<string>();
  for (const pairing of host.pairings) {
    if (pairing.kind === "unknown") continue;
    const onBridge = networksOn.get(bridgeOfPort.get(pairing.interface) ?? "") ?? [];
    const names = pairing.kind === "paired" ? [pairing.container] : pairing.containers;
    const networks = pairing.kind === "paired" && pairing.networkId !== null ? [pairing.networkId] : onBridge;
    for (const name of names) {
      for (const network of networks) reached.add(`${containerOf.get(name)?.id} ${network}`);
    }
  }
  return reached;
}

/** What is built on an interface: vlans and the like by their `@`, members of a bond by their master, networks by their parent. */
function parentLinks(nodes: Nodes, host: Host): TopologyLink[] {
  const idOf = new Map([...nodes.interface, ...nodes.bridge, ...nodes.port].map(({ name, id }) => [name, id]));
  const link = (from: string | undefined, to: string, sources: TopologyLink["sources"]): TopologyLink[] =>
    from === undefined || from === to ? [] : [{ type: "parent", id: `${from} ${to}`, from, to, sources }];
  const ifaces = host.own.interfaces;
  const built = (ifaces.known ? ifaces.value : []).flatMap((iface) => {
    const id = idOf.get(iface.name);
    if (id === undefined || iface.kind === "veth") return [];
    const below = iface.peer?.kind === "name" ? link(idOf.get(iface.peer.name), id, iface.sources) : [];
    const master = iface.master === null || id.startsWith("port:") ? undefined : idOf.get(iface.master);
    return [...below, ...(master === undefined ? [] : link(id, master, iface.sources))];
  });
  const networks = nodes.network.flatMap(({ id, network, sources }) =>
    network.parent === null ? [] : link(idOf.get(network.parent), id, sources),
  );
  return sortedBy([...built, ...networks], ({ id }) => id);
}

function containersByName(nodes: Nodes): Map<string, NodeOf<"container">> {
  return new Map(
    nodes.container.flatMap((node) =>
      [node.name, ...node.containers.map(({ name }) => name)].map((name) => [name, node]),
    ),
  );
}
