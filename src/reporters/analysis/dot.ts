import { assertNever } from "../../lib/assert-never.ts";
import { escapeTerminal } from "../../lib/escape-terminal.ts";
import type { NodeOf, TopologyLink, TopologyNode } from "../../results/topology.ts";
import { type Graph, indexGraph } from "../../topology/graph.ts";
import { isDrawn, labelOf, toneOf, tones } from "../picture/labels.ts";
import type { Reporter } from "./reporter.ts";

/** The topology for Graphviz: each bridge a table like a switch, with a row for each port. Ids are numbers, labels HTML. */
export const dot: Reporter = ({ topology }) => {
  const graph = indexGraph(topology);
  const nodes = topology.nodes.filter((node) => isDrawn(node) && node.type !== "port");
  const ids = new Map<string, string>(nodes.map((node, i) => [node.id, `n${i}`]));
  for (const bridge of graph.nodes("bridge")) {
    for (const [i, port] of graph.portsOf(bridge.name).entries()) ids.set(port.id, `${ids.get(bridge.id)}:p${i}:e`);
  }
  const drawn = nodes.map((node) => `  ${ids.get(node.id)} [${attributes(node, graph)}];`);
  const links = topology.links.flatMap((link) => {
    const [from, to] = [ids.get(link.from), ids.get(link.to)];
    return from === undefined || to === undefined || link.type === "port" ? [] : [`  ${from} -- ${to}${edge(link)};`];
  });
  const defaults = [
    '  graph [rankdir=LR, ranksep=1.1, nodesep=0.15, fontname="sans-serif"];',
    '  node [fontname="sans-serif", fontsize=11, shape=box, style="filled,rounded", margin="0.12,0.06"];',
    '  edge [fontname="sans-serif", fontsize=9, color="#546e7a"];',
  ];
  return `${["graph vethscope {", ...defaults, ...drawn, ...links, "}"].join("\n")}\n`;
};

function attributes(node: TopologyNode, graph: Graph): string {
  if (node.type === "bridge") return `shape=plain, style="", label=<${bridgeTable(node, graph)}>`;
  const { fill, line } = tones[toneOf(node)];
  return `fillcolor="${fill}", color="${line}", label=<${lines(node)}>`;
}

function bridgeTable(bridge: NodeOf<"bridge">, graph: Graph): string {
  const { fill, line } = tones[toneOf(bridge)];
  const ports = graph.portsOf(bridge.name).map((port, i) => {
    const tone = tones[toneOf(port)];
    return `<TR><TD PORT="p${i}" ALIGN="RIGHT" BGCOLOR="${tone.fill}">${lines(port)}</TD></TR>`;
  });
  const head = `<TR><TD BGCOLOR="${fill}" CELLPADDING="6">${lines(bridge)}</TD></TR>`;
  return `<TABLE BORDER="1" CELLBORDER="1" CELLSPACING="0" CELLPADDING="3" COLOR="${line}">${head}${ports.join("")}</TABLE>`;
}

function lines(node: TopologyNode): string {
  const [name = "", ...others] = labelOf(node).map(escapeHtmlLabel);
  return [`<B>${name}</B>`, ...others].join("<BR/>");
}

/** Any text as part of a Graphviz HTML label. An empty element would be a syntax error there, so it is never empty. */
export function escapeHtmlLabel(text: string): string {
  const escaped = escapeTerminal(text, 60).replace(/[&<>"'[\]\\]/g, (character) => `&#${character.codePointAt(0)};`);
  return escaped.trim() === "" ? "&#160;" : escaped;
}

function edge(link: TopologyLink): string {
  switch (link.type) {
    case "uplink":
    case "port":
    case "parent":
    case "attachment":
    case "peer":
      return "";
    case "routed":
      return link.addressed ? "" : " [style=dotted]";
    case "endpoint":
      return link.certainty === "certain" ? "" : ' [style=dashed, label="likely"]';
    case "candidate":
      return ' [style=dotted, label="perhaps"]';
    case "portless":
      return ' [style=dotted, label="port not known"]';
    default:
      return assertNever(link);
  }
}
