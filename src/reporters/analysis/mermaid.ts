import { assertNever } from "../../lib/assert-never.ts";
import { escapeTerminal } from "../../lib/escape-terminal.ts";
import type { TopologyLink, TopologyNode } from "../../results/topology.ts";
import { indexGraph } from "../../topology/graph.ts";
import { isDrawn, labelOf, toneOf, tones } from "../picture/labels.ts";
import type { Reporter } from "./reporter.ts";

/** Mermaid's own limit, which a diagram cannot raise for itself. */
const mostEdges = 500;

/** The topology as a Mermaid flowchart: each bridge a box around its ports. Ids are numbers, so that no name can be syntax. */
export const mermaid: Reporter = ({ topology }) => {
  const graph = indexGraph(topology);
  const nodes = topology.nodes.filter(isDrawn);
  const ids = new Map(nodes.map((node, i) => [node.id, `n${i}`]));
  const boxed = (node: TopologyNode) => node.type === "bridge" && graph.portsOf(node.name).length > 0;
  const lines = nodes.flatMap((node) => {
    const id = ids.get(node.id) ?? "";
    if (node.type === "port") return [];
    if (node.type !== "bridge" || !boxed(node)) return [`  ${shape(node, id)}`];
    const ports = graph.portsOf(node.name).map((port) => `    ${shape(port, ids.get(port.id) ?? "")}`);
    return [`  subgraph ${id}["${label(node)}"]`, ...ports, "  end"];
  });
  const links = topology.links.flatMap((link) => {
    const [from, to] = [ids.get(link.from), ids.get(link.to)];
    return from === undefined || to === undefined || link.type === "port" ? [] : [`  ${from} ${edge(link)} ${to}`];
  });
  const styles = Object.entries(tones).flatMap(([tone, { fill, line }]) => {
    const members = nodes.filter((node) => toneOf(node) === tone).map(({ id }) => ids.get(id));
    if (members.length === 0) return [];
    return [`  classDef ${tone} fill:${fill},stroke:${line},color:#212121`, `  class ${members.join(",")} ${tone}`];
  });
  const large =
    links.length > mostEdges ? [`  %% ${links.length} links: set maxEdges, which is ${mostEdges} by default`] : [];
  return `${["flowchart LR", ...large, ...lines, ...links, ...styles].join("\n")}\n`;
};

function shape(node: TopologyNode, id: string): string {
  if (node.type === "container") return `${id}(["${label(node)}"])`;
  if (node.type === "network" || node.type === "bridge") return `${id}[["${label(node)}"]]`;
  return `${id}["${label(node)}"]`;
}

const label = (node: TopologyNode): string => labelOf(node).map(escapeMermaid).join("<br/>");

/**
 * Any text as part of a quoted Mermaid label: all but letters, digits and harmless punctuation become entity codes, which
 * Mermaid turns into the character when it draws. An empty label would be a syntax error, so it is never empty.
 */
export function escapeMermaid(text: string): string {
  const escaped = escapeTerminal(text, 60).replace(
    /[^\p{L}\p{M}\p{N} _.:/+(),-]/gu,
    (character) => `#${character.codePointAt(0)};`,
  );
  return escaped.trim() === "" ? "#160;" : escaped;
}

function edge(link: TopologyLink): string {
  switch (link.type) {
    case "uplink":
    case "port":
    case "parent":
    case "attachment":
    case "peer":
      return "---";
    case "routed":
      return link.addressed ? "---" : "-.-";
    case "endpoint":
      return link.certainty === "certain" ? "---" : '-. "likely" .-';
    case "candidate":
      return '-. "perhaps" .-';
    case "portless":
      return '-. "port not known" .-';
    default:
      return assertNever(link);
  }
}
