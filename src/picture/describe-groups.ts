import type { NetworkLabel, NodeOf } from "../results/topology.ts";
import type { Graph } from "../topology/graph.ts";
import type { CellContent, GroupContent } from "./content.ts";
import { type CellContext, guestCell, homeCell } from "./describe-container.ts";

type Container = NodeOf<"container">;
type Port = NodeOf<"port">;

/** Where containers turn up, so that each is shown whole once and as a guest elsewhere. */
export interface Homes {
  /** Container node id to the id of the network that it is shown whole on. */
  readonly homeOf: ReadonlyMap<string, string>;
}

/** The group of a bridge: its ports with what is behind them, then containers whose port is not known. */
export function bridgeGroup(bridge: NodeOf<"bridge">, graph: Graph, homes: Homes, context: CellContext): GroupContent {
  const own = new Set(bridge.networks.map(({ id }) => id));
  const shown = new Set<string>();
  const cells = graph.portsOf(bridge.name).map((port) => {
    const container = port.pairing?.kind === "paired" ? graph.containerNamed(port.pairing.container) : undefined;
    if (container === undefined) return openPort(port, context);
    shown.add(container.id);
    const stem = port.pairing?.kind === "paired" && port.pairing.certainty === "strong" ? "strong" : "certain";
    const on = container.endpoints.find(({ networkId }) => own.has(networkId))?.networkId ?? null;
    return containerCell(container, on, { id: port.id, port: portLabel(port), stem }, homes, context);
  });
  const portless = graph.nodes("container").flatMap((container) => {
    const endpoint = container.endpoints.find(({ networkId }) => own.has(networkId));
    if (endpoint === undefined || container.mode === "stopped" || shown.has(container.id)) return [];
    const place = { id: `${bridge.id} ${container.id}`, port: null, stem: "open" as const };
    return [containerCell(container, endpoint.networkId, place, homes, context)];
  });
  const [network] = bridge.networks;
  const addresses = bridge.addresses.filter(({ scope }) => scope !== "link");
  return {
    id: bridge.id,
    node: bridge.id,
    kind: "bridge",
    hue: network === undefined ? null : context.hueOf(network.id),
    title: bridge.networks.length === 0 ? bridge.name : bridge.networks.map(({ name }) => name).join(", "),
    lines: [bridge.name, ...addresses.map(({ address, prefixLength }) => `${address}/${prefixLength}`)],
    tags: [...bridgeTags(bridge), ...(network === undefined ? [] : networkTags(network))],
    odd: bridge.up === false || bridge.owner === "leftover",
    wiring: { kind: "routed", addressed: addresses.length > 0 },
    cells: byHome([...cells, ...portless]),
    badge: context.badgeOf(bridge.id),
  };
}

/** The group of a network that has no bridge here: macvlan, ipvlan, overlay, plugins. */
export function networkGroup(node: NodeOf<"network">, graph: Graph, homes: Homes, context: CellContext): GroupContent {
  const { network } = node;
  const members = graph
    .nodes("container")
    .filter(({ mode, endpoints }) => mode !== "stopped" && endpoints.some(({ networkId }) => networkId === network.id));
  const parent = network.parent === null ? undefined : graph.node(`interface:${network.parent}`);
  return {
    id: node.id,
    node: node.id,
    kind: "network",
    hue: context.hueOf(network.id),
    title: network.name,
    lines: [
      [network.driver, network.mode, network.parent === null ? null : `on ${network.parent}`]
        .filter((word) => word !== null)
        .join(" "),
      ...network.subnets.map(({ subnet }) => subnet),
    ],
    tags: networkTags(network),
    odd: false,
    wiring: parent === undefined ? { kind: "none" } : { kind: "parent", node: parent.id },
    cells: byHome(
      members.map((container) =>
        containerCell(
          container,
          network.id,
          { id: `${node.id} ${container.id}`, port: null, stem: "certain" },
          homes,
          context,
        ),
      ),
    ),
    badge: context.badgeOf(node.id),
  };
}

function containerCell(
  container: Container,
  networkId: string | null,
  place: Pick<CellContent, "id" | "port" | "stem">,
  { homeOf }: Homes,
  context: CellContext,
): CellContent {
  const atHome = networkId === null || homeOf.get(container.id) === networkId;
  return atHome ? homeCell(container, networkId, place, context) : guestCell(container, networkId, place, context);
}

/** A port whose other end is no container that is known: an uplink of the host, another program's, or one of several. */
function openPort(port: Port, context: CellContext): CellContent {
  const { pairing } = port;
  const isVeth = pairing !== null;
  const name =
    pairing?.kind === "candidates"
      ? pairing.containers.join(" or ")
      : port.peer !== null
        ? `to ${port.peer}`
        : isVeth
          ? "not known"
          : port.name;
  const kind =
    pairing === null ? (port.kind ?? "interface of the host") : pairing.kind === "candidates" ? "one of these" : null;
  return {
    id: port.id,
    port: portLabel(port),
    stem: isVeth ? "open" : "certain",
    node: port.id,
    name,
    tone: isVeth ? "odd" : "device",
    lines: kind === null ? [] : [{ text: kind, font: "small", hue: null }],
    published: [],
    badge: context.badgeOf(port.id),
  };
}

const portLabel = ({ id, name, up }: Port) => ({ node: id, name, up: up !== false });

const rank: Readonly<Record<CellContent["tone"], number>> = { container: 0, device: 1, odd: 2, idle: 3, guest: 4 };

/** Own containers before guests, each in the order of their names. */
const byHome = (cells: readonly CellContent[]): CellContent[] => {
  const compare = new Intl.Collator("en", { numeric: true }).compare;
  return [...cells].sort(
    (a, b) => rank[a.tone] - rank[b.tone] || compare(a.name, b.name) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
  );
};

function bridgeTags(bridge: NodeOf<"bridge">): string[] {
  const owners = { docker: [], leftover: ["left behind"], foreign: ["not Docker's"] };
  const addressed = bridge.addresses.some(({ scope }) => scope !== "link");
  return [
    ...owners[bridge.owner],
    ...(bridge.up === false ? ["down"] : []),
    ...(addressed || !bridge.addressesKnown ? [] : ["no address"]),
    ...(bridge.stp === true ? ["STP on"] : []),
    ...(bridge.vlanFiltering === true ? ["VLAN filtering"] : []),
  ];
}

function networkTags({ internal, ipv6, options, inspected }: NetworkLabel): string[] {
  return [
    ...(internal ? ["internal"] : []),
    ...(ipv6 ? ["IPv6"] : []),
    ...(options["com.docker.network.bridge.enable_icc"] === "false" ? ["icc off"] : []),
    ...(options["com.docker.network.bridge.enable_ip_masquerade"] === "false" ? ["no masquerade"] : []),
    ...(inspected ? [] : ["not inspected"]),
  ];
}
