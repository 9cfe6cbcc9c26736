import { parseAddress } from "../../../lib/address.ts";
import { isLinkLocal, isLoopback } from "../../../lib/address-class.ts";
import { groupBy } from "../../../lib/group-by.ts";
import { sortedBy } from "../../../lib/order.ts";
import type { NetworkLabel, NodeOf, Topology } from "../../../results/topology.ts";
import { type Graph, indexGraph } from "../../../topology/graph.ts";
import type { TextRow } from "../../text/rows.ts";
import type { Style } from "../../text/style.ts";
import type { Branch } from "../../text/tree.ts";
import { addressWords, routeWords, stateWord, subnetsOfBridge, subnetWords } from "../../text/words.ts";
import { attachedRow, containerWords, endpointRow, looseRow, ownInterface } from "./port-rows.ts";

/** The host as a tree: its interfaces, its bridges with what is on them, other networks, and what is on no network. */
export function topologyTree(topology: Topology, style: Style): Branch[] {
  const graph = indexGraph(topology);
  const worthwhile = graph
    .nodes("interface")
    .filter(({ role, addresses }) => role !== "loopback" || addresses.some(isUnusualOfLoopback));
  const rank = ({ role }: NodeOf<"interface">) => (role === "uplink" ? 0 : 1);
  const interfaces = sortedBy(worthwhile, rank);
  const built = new Set(topology.links.filter(({ type }) => type === "parent").map(({ to }) => to));
  const isMember = ({ master }: NodeOf<"interface">) => graph.node(`interface:${master}`) !== undefined;
  const membersOf = groupBy(graph.nodes("interface"), ({ master }) => master);
  const isRoot = (node: NodeOf<"interface">) => !isMember(node) && (!built.has(node.id) || membersOf.has(node.name));
  // Interfaces that name each other in a circle have no root: they follow on their own, so that nothing goes missing.
  const shown = new Set<string>();
  const branches = [...interfaces.filter(isRoot), ...interfaces].flatMap((node) =>
    interfaceBranch(node, graph, membersOf, shown, style, deepest),
  );
  const networks = graph.nodes("network").filter(({ id }) => !shown.has(id));
  return [
    ...branches,
    ...sortedBy(graph.nodes("bridge"), bridgeRank).map((node) => bridgeBranch(node, graph, style)),
    ...networks.map((node) => networkBranch(node, graph, style)),
    ...graph.nodes("veth").map((node) => ({ row: looseRow(node, graph, style), group: "veth", children: [] })),
    ...unattached(topology, graph, style),
  ];
}

const isUnusualOfLoopback = ({ address, scope }: NodeOf<"interface">["addresses"][number]): boolean =>
  scope === "global" || !(isLoopback(parseAddress(address)) || isLinkLocal(parseAddress(address)));

/** Docker's bridges by the names of their networks, then what was left behind, then others'. */
function bridgeRank({ owner, networks, name }: NodeOf<"bridge">): string {
  return `${owner === "docker" ? 0 : owner === "leftover" ? 1 : 2} ${networks[0]?.name ?? ""} ${name}`;
}

/** The kernel builds no more interfaces one upon the other (MAX_NEST_DEV in include/linux/netdevice.h). */
const deepest = 8;

/**
 * An interface with the members of it (of a bond), and with what is built on it, as far as `levels` reach: what is above them
 * stands on its own. None when it stands somewhere already.
 */
function interfaceBranch(
  node: NodeOf<"interface">,
  graph: Graph,
  membersOf: ReadonlyMap<string | null, readonly NodeOf<"interface">[]>,
  shown: Set<string>,
  style: Style,
  levels: number,
): Branch[] {
  if (shown.has(node.id)) return [];
  shown.add(node.id);
  const members = membersOf.get(node.name) ?? [];
  const upper = graph.linksFrom(node.id, "parent").flatMap(({ to }) => graph.node(to) ?? []);
  const row = interfaceRow(node, style);
  if (levels === 0 && members.length + upper.length > 0) {
    const words = `more than ${deepest} interfaces one upon the other: what is on this one stands on its own`;
    return [{ row, group: "interface", children: [{ row: [style.warn(words)], group: "cut", children: [] }] }];
  }
  const children = [
    ...members.flatMap((member) => interfaceBranch(member, graph, membersOf, shown, style, levels - 1)),
    ...upper.flatMap((above) => {
      if (above.type === "interface") return interfaceBranch(above, graph, membersOf, shown, style, levels - 1);
      if (above.type !== "network") return [];
      shown.add(above.id);
      return [networkBranch(above, graph, style)];
    }),
  ];
  return [{ row, group: "interface", children }];
}

function interfaceRow(node: NodeOf<"interface">, style: Style): TextRow {
  const { kind, details, role } = node;
  const number = kind === "vlan" ? details["id"] : undefined;
  const ownKind = kind === null || kind === "veth" ? [] : [number === undefined ? kind : `${kind} ${number}`];
  return [
    style.device(node.name),
    style.plain([...(role === "uplink" ? ["uplink"] : []), ...ownKind].join(", ") || "interface"),
    ...addressWords(node.addresses, style),
    stateWord(node, style),
    routeWords(node.defaultRoutes, style),
  ];
}

function bridgeBranch(node: NodeOf<"bridge">, graph: Graph, style: Style): Branch {
  const ports = graph.portsOf(node.name);
  const children = [
    ...ports.map((port) => ({ name: endpointName(port), row: endpointRow(port, node, graph, style) })),
    ...withoutPort(node, ports, graph).map(({ container, network }) => ({
      name: `~~~ ${container.name}`,
      row: attachedRow(container, network, style.warn("port not known"), style),
    })),
    ...node.networks.flatMap((network) => specialRows(network, style)),
  ];
  return {
    row: bridgeRow(node, style),
    group: "bridge",
    children: sortedBy(children, ({ name }) => name).map(({ row }) => ({ row, group: "ports", children: [] })),
  };
}

/** The containers on a bridge's networks that no veth is certain to lead to: their addresses are known all the same. */
function withoutPort(bridge: NodeOf<"bridge">, ports: readonly NodeOf<"port">[], graph: Graph) {
  const portless = graph.linksFrom(bridge.id, "portless").map(({ to }) => to);
  const perhaps = ports.flatMap(({ id }) => graph.linksFrom(id, "candidate").map(({ to }) => to));
  const names = new Set(bridge.networks.map(({ id }) => id));
  return [...new Set([...portless, ...perhaps])].flatMap((id) => {
    const container = graph.node(id);
    const endpoint =
      container?.type === "container" && container.endpoints.find(({ networkId }) => names.has(networkId));
    return container?.type === "container" && endpoint ? [{ container, network: endpoint.network }] : [];
  });
}

/** Ports stand in the order of what is behind them; those that nobody knows come last. */
function endpointName({ name, pairing }: NodeOf<"port">): string {
  if (pairing?.kind === "paired") return ` ${pairing.container}`;
  return pairing?.kind === "candidates" ? `~ ${name}` : `~~ ${name}`;
}

function bridgeRow(node: NodeOf<"bridge">, style: Style): TextRow {
  const owner = {
    docker: node.networks.length === 0 ? style.warn("network not known") : "",
    leftover: style.warn("leftover"),
    foreign: style.warn("not Docker's"),
  }[node.owner];
  const names = node.networks.map((network) => style.network(network.name) + noteWords(network, style));
  const own = node.addresses.filter(({ scope }) => scope !== "link");
  const { words, placed } = subnetsOfBridge(node, own, style);
  const others = own.filter((address) => !placed.has(address));
  const [place = "", ...further] = [...words, ...addressWords(others, style)];
  return [
    style.device(node.name),
    [...names, owner].filter((word) => word !== "").join(", "),
    place,
    stateWord(node, style),
    node.stp === null ? "" : node.stp ? style.warn("STP on") : style.quiet("STP off"),
    node.vlanFiltering === true ? style.warn("VLAN filtering") : "",
    ...further,
    routeWords(node.defaultRoutes, style),
  ];
}

/** What is not as with most networks. */
function noteWords({ internal, mode, options }: NetworkLabel, style: Style): string {
  const words = [
    internal ? "internal" : null,
    mode === "nat" ? null : mode,
    options["com.docker.network.bridge.enable_icc"] === "false" ? "icc off" : null,
    options["com.docker.network.bridge.enable_ip_masquerade"] === "false" ? "no masquerade" : null,
  ].filter((word) => word !== null);
  return words.length === 0 ? "" : style.quiet(` (${words.join(", ")})`);
}

function networkBranch(node: NodeOf<"network">, graph: Graph, style: Style): Branch {
  const { network } = node;
  const attached = graph.linksFrom(node.id, "attachment").flatMap(({ to, network: name }) => {
    const container = graph.node(to);
    return container?.type === "container" ? [attachedRow(container, name, "", style)] : [];
  });
  const row = [
    style.network(network.name),
    style.plain(
      [network.driver, network.mode, network.internal ? "internal" : null].filter((word) => word !== null).join(" "),
    ),
    ...subnetWords(network.subnets, style),
    network.parent === null ? "" : style.quiet(`on ${network.parent}`),
    network.driver === "bridge" ? style.warn("its bridge is missing") : "",
    network.inspected ? "" : style.warn("not inspected"),
  ];
  const children = [...attached, ...specialRows(network, style).map(({ row: special }) => special)];
  return { row, group: node.id, children: children.map((child) => ({ row: child, group: "attached", children: [] })) };
}

function specialRows(network: NetworkLabel, style: Style): { name: string; row: TextRow }[] {
  return network.specialEndpoints.map(({ name, ipv4, ipv6 }) => ({
    name: `~~~~ ${name}`,
    row: [style.quiet("endpoint"), style.quiet(name), style.plain(ipv4 ?? ipv6 ?? ""), style.quiet("no container")],
  }));
}

/** What no link reaches: containers in the host's namespace, without a network, stopped, or of unknown place. */
function unattached({ nodes, links }: Topology, graph: Graph, style: Style): Branch[] {
  const reached = new Set(links.map(({ to }) => to));
  const lonely = (...modes: NodeOf<"container">["mode"][]) =>
    graph.nodes("container").filter(({ id, mode }) => modes.includes(mode) && !reached.has(id));
  const words = (node: NodeOf<"container">) => {
    const address = ownInterface(node)?.addresses.find(({ scope }) => scope === "global")?.address;
    return containerWords(node, style) + (address === undefined ? "" : style.quiet(` ${address}`));
  };
  const onHost = nodes.flatMap((node) => (node.type === "host" ? node.containers : []));
  const groups: [string, string[]][] = [
    ["network host", onHost.map(({ name }) => style.container(name))],
    ["network none", lonely("none").map(words)],
    ["no endpoint captured", lonely("own", "unknown").map(words)],
    ["not running", lonely("stopped").map(({ name }) => style.quiet(name))],
  ];
  const present = groups.filter(([, members]) => members.length > 0);
  const longest = Math.max(0, ...present.map(([what]) => what.length));
  return present.map(([what, members]) => {
    const cells = members.map((member, i) => (i < members.length - 1 ? `${member},` : member));
    // A group of its own: its cells follow each other instead of standing in columns, and go on in the next line.
    return { row: [style.plain(what.padEnd(longest)), ...cells], group: what, children: [] };
  });
}
