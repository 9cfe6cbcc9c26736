import { sortedBy } from "../lib/order.ts";
import type { NodeOf } from "../results/topology.ts";
import { type Graph, indexGraph } from "../topology/graph.ts";
import type { CellContent, Content, DeviceContent, GroupContent } from "./content.ts";
import { type CellContext, describePublished, homeCell } from "./describe-container.ts";
import { bridgeGroup, type Homes, networkGroup } from "./describe-groups.ts";
import { light } from "./palette.ts";
import type { PictureInput } from "./picture.ts";

/** What a picture of the topology shows: each thing once, in the order of names, with nothing laid out yet. */
export function describe(input: PictureInput): Content {
  const graph = indexGraph(input.topology);
  const badges = input.badges ?? new Map();
  const hues = huesOf(graph);
  const context: CellContext = {
    hueOf: (networkId) => hues.get(networkId) ?? null,
    publishedBy: describePublished(input.publishedPorts),
    badgeOf: (node) => badges.get(node) ?? null,
  };
  const homes = findHomes(graph);
  const bridges = byTitle(graph.nodes("bridge").map((bridge) => bridgeGroup(bridge, graph, homes, context)));
  const networks = byTitle(graph.nodes("network").map((network) => networkGroup(network, graph, homes, context)));
  const shown = new Set([...bridges, ...networks].flatMap(({ cells }) => cells.map(({ node }) => node)));
  const [host] = graph.nodes("host");
  const ifaces = graph.nodes("interface");
  const below = namesBelow(graph);
  const deviceOf = (iface: NodeOf<"interface">) => device(iface, below.get(iface.id) ?? [], context);
  return {
    hostname: host?.hostname ?? "host",
    subtitle: input.subtitle,
    uplinks: ifaces.filter(({ role }) => role === "uplink").map(deviceOf),
    devices: ifaces.filter(isOwnDevice).map(deviceOf),
    groups: [
      ...bridges.filter(({ hue }) => hue !== null),
      ...networks,
      ...bridges.filter(({ hue }) => hue === null),
      ...plainGroups(graph, shown, context),
    ],
  };
}

const byTitle = (groups: readonly GroupContent[]): GroupContent[] => sortedBy(groups, ({ title }) => title);

/** Loopback without addresses of its own is left out. */
function isOwnDevice({ role, addresses }: NodeOf<"interface">): boolean {
  return role === "other" || (role === "loopback" && addresses.some(({ scope }) => scope === "global"));
}

/** Each network that has a group of its own gets a colour, in the order of the groups. */
function huesOf(graph: Graph): Map<string, number> {
  const ids = [
    ...graph.nodes("bridge").flatMap(({ networks }) => networks.map(({ id }) => id)),
    ...graph.nodes("network").map(({ network }) => network.id),
  ];
  return new Map([...new Set(ids)].map((id, i) => [id, i % light.hues.length]));
}

/** The network on which each container is shown whole: its first that has a group. */
function findHomes(graph: Graph): Homes {
  const grouped = new Set([
    ...graph.nodes("bridge").flatMap(({ networks }) => networks.map(({ id }) => id)),
    ...graph.nodes("network").map(({ network }) => network.id),
  ]);
  const homeOf = new Map<string, string>();
  for (const { id, endpoints } of graph.nodes("container")) {
    const home = endpoints.find(({ networkId }) => grouped.has(networkId));
    if (home !== undefined) homeOf.set(id, home.networkId);
  }
  return { homeOf };
}

/** The names of the interfaces that each one is built on, by its node. */
function namesBelow(graph: Graph): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, Set<string>>();
  for (const { id, name } of graph.nodes("interface"))
    for (const { to } of graph.linksFrom(id, "parent")) names.set(to, (names.get(to) ?? new Set()).add(name));
  return new Map([...names].map(([id, found]) => [id, [...found]]));
}

function device(iface: NodeOf<"interface">, below: readonly string[], context: CellContext): DeviceContent {
  const global = iface.addresses.filter(({ scope }) => scope !== "link" && scope !== "host");
  const kind = iface.kind !== null && iface.kind !== "veth" ? [iface.kind] : [];
  return {
    node: iface.id,
    name: iface.name,
    tags: [
      ...kind,
      ...(below.length === 0 ? [] : [`on ${below.join(", ")}`]),
      ...(iface.up === false ? ["down"] : iface.carrier === false ? ["no carrier"] : []),
    ],
    addresses: global.map(({ address, prefixLength }) => `${address}/${prefixLength}`),
    outside: iface.defaultRoutes.map(({ via }) => (via === null ? "default route" : `default via ${via}`)),
    up: iface.up !== false,
    badge: context.badgeOf(iface.id),
  };
}

/** Containers that are on no network of the picture, and veths that are on no bridge. */
function plainGroups(graph: Graph, shown: ReadonlySet<string | null>, context: CellContext): GroupContent[] {
  const containers = graph.nodes("container");
  const cellOf = (container: NodeOf<"container">) =>
    homeCell(container, null, { id: container.id, port: null, stem: "certain" }, context);
  const rest = containers.filter(({ id, mode }) => mode === "own" && !shown.has(id));
  const [host] = graph.nodes("host");
  const hosted = (host?.containers ?? []).map((member): CellContent => {
    const place = { id: `host ${member.name}`, port: null, stem: "certain", node: `host#${member.name}` } as const;
    const published = context.publishedBy.get(member.name) ?? [];
    return { ...place, name: member.name, tone: "container", lines: [], published, badge: null };
  });
  return [
    plain("network host", "in the host's own namespace", hosted),
    plain("network none", "no interface but loopback", containers.filter(({ mode }) => mode === "none").map(cellOf)),
    plain("no network known", "", rest.map(cellOf)),
    plain("place not known", "", containers.filter(({ mode }) => mode === "unknown").map(cellOf)),
    plain("not running", "", containers.filter(({ mode }) => mode === "stopped").map(cellOf)),
    plain(
      "veths on no bridge",
      "",
      graph.nodes("veth").map((veth) => looseVeth(veth, context)),
    ),
  ].filter(({ cells }) => cells.length > 0);
}

function plain(title: string, line: string, cells: readonly CellContent[]): GroupContent {
  return {
    id: `group:${title}`,
    node: null,
    kind: "plain",
    hue: null,
    title,
    lines: line === "" ? [] : [line],
    tags: [],
    odd: false,
    wiring: { kind: "none" },
    cells,
    badge: null,
  };
}

function looseVeth(veth: NodeOf<"veth">, context: CellContext): CellContent {
  const { pairing, peer } = veth;
  const behind =
    pairing?.kind === "paired"
      ? `to ${pairing.container}`
      : pairing?.kind === "candidates"
        ? `to ${pairing.containers.join(" or ")}`
        : peer === null
          ? "other end not known"
          : `to ${peer}`;
  return {
    id: veth.id,
    port: null,
    stem: "open",
    node: veth.id,
    name: veth.name,
    tone: "odd",
    lines: [{ text: behind, font: "small", hue: null }],
    published: [],
    badge: context.badgeOf(veth.id),
  };
}
