import type { EndpointLabel, NodeOf, PairingLabel } from "../../../results/topology.ts";
import type { Graph } from "../../../topology/graph.ts";
import type { TextRow } from "../../text/rows.ts";
import type { Style } from "../../text/style.ts";
import { stateWord } from "../../text/words.ts";

/** How a container was found, in the fewest words that still tell. */
const methods: Readonly<Record<Extract<PairingLabel, { kind: "paired" }>["method"], string>> = {
  "both-ends": "both ends",
  "forwarding-database": "fdb",
  "neighbour-table": "neighbours",
  "namespace-id": "netnsid",
  elimination: "only one left",
};

/** A port of a bridge: the veth, the container behind it, its addresses, and how it was found. */
export function endpointRow(port: NodeOf<"port">, bridge: NodeOf<"bridge">, graph: Graph, style: Style): TextRow {
  const networks = new Set(bridge.networks.map(({ id }) => id));
  const { pairing } = port;
  const container = pairing?.kind === "paired" ? graph.containerNamed(pairing.container) : undefined;
  const networkId = pairing?.kind === "paired" ? pairing.networkId : null;
  const endpoint = container?.endpoints.find((each) =>
    networkId === null ? networks.has(each.networkId) : each.networkId === networkId,
  );
  return [
    style.device(port.name),
    ...behind(port, container, style),
    ...endpointWords(endpoint, container, pairing, style),
    foundWord(pairing, style),
    portState(port, style),
    container === undefined ? "" : alsoOn(container, endpoint?.network ?? null, style),
  ];
}

/** A veth that is on no bridge. */
export function looseRow(veth: NodeOf<"veth">, graph: Graph, style: Style): TextRow {
  const { pairing, peer } = veth;
  const container = pairing?.kind === "paired" ? graph.containerNamed(pairing.container) : undefined;
  const end = peer === null ? behind(veth, container, style) : [style.quiet(`↔ ${peer}`)];
  const networkId = pairing?.kind === "paired" ? pairing.networkId : null;
  const endpoint = container?.endpoints.find((each) => each.networkId === networkId) ?? container?.endpoints[0];
  const missing = endpoint === undefined ? "on no bridge" : `on no bridge, belongs to ${endpoint.network}`;
  return [
    style.device(veth.name),
    ...end,
    ...endpointWords(endpoint, container, pairing, style),
    foundWord(pairing, style),
    stateWord(veth, style),
    style.warn(missing),
  ];
}

/** A container on a network that no known veth leads to. */
export function attachedRow(node: NodeOf<"container">, network: string, port: string, style: Style): TextRow {
  const endpoint = node.endpoints.find((each) => each.network === network);
  const cells = [
    containerWords(node, style),
    ...endpointWords(endpoint, node, null, style),
    "",
    "",
    alsoOn(node, network, style),
  ];
  return port === "" ? cells : [port, ...cells];
}

/** A container's name, and those that share its namespace. */
export function containerWords(node: NodeOf<"container">, style: Style): string {
  const others = node.containers.map(({ name }) => name).filter((name) => name !== node.name);
  return style.container(node.name) + others.map((name) => style.quiet(" + ") + style.container(name)).join("");
}

function behind(
  { pairing, up }: NodeOf<"port" | "veth">,
  container: NodeOf<"container"> | undefined,
  style: Style,
): string[] {
  // What no capture describes may be a veth, too.
  if (pairing === null) return [up === null ? style.warn("not known") : style.quiet("no veth")];
  switch (pairing.kind) {
    case "paired":
      return [container === undefined ? style.container(pairing.container) : containerWords(container, style)];
    case "candidates":
      return [`${style.warn("one of ")}${pairing.containers.map((name) => style.container(name)).join(", ")}`];
    case "unknown":
      return [style.warn("not known")];
  }
}

/** IPv4, IPv6 and MAC address of an endpoint; of the interface at the veth's other end where the engine lists no endpoint. */
function endpointWords(
  endpoint: EndpointLabel | undefined,
  container: NodeOf<"container"> | undefined,
  pairing: PairingLabel | null,
  style: Style,
): string[] {
  const bare = (address: string | null | undefined) => style.plain(address?.split("/")[0] ?? "");
  if (endpoint !== undefined) return [bare(endpoint.ipv4), bare(endpoint.ipv6), style.quiet(endpoint.mac ?? "")];
  const inside = pairing?.kind === "paired" ? pairing.interface : null;
  const own = container?.interfaces?.find(({ name }) => name === inside);
  const address = (wanted: 4 | 6) =>
    own?.addresses.find(({ family, scope }) => family === wanted && scope === "global");
  return [bare(address(4)?.address), bare(address(6)?.address), style.quiet(own?.mac ?? "")];
}

/** The first interface with an address that others can reach, as captured inside the container. */
export function ownInterface({ interfaces }: NodeOf<"container">) {
  return interfaces?.find(({ addresses }) => addresses.some(({ scope }) => scope === "global"));
}

function foundWord(pairing: PairingLabel | null, style: Style): string {
  if (pairing?.kind !== "paired") return "";
  return style.quiet(`${methods[pairing.method]}${pairing.certainty === "certain" ? "" : ", likely"}`);
}

/** Only what is not as it should be: a port that is down, or that spanning tree holds back. */
function portState(port: NodeOf<"port">, style: Style): string {
  if (port.up === true && port.carrier !== false) {
    return port.forwarding === null || port.forwarding === "forwarding" ? "" : style.bad(port.forwarding);
  }
  return stateWord(port, style);
}

function alsoOn(node: NodeOf<"container">, network: string | null, style: Style): string {
  const others = node.endpoints.map((endpoint) => endpoint.network).filter((name) => name !== network);
  return others.length === 0 ? "" : style.quiet("also on ") + others.map((name) => style.network(name)).join(", ");
}
