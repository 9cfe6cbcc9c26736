import type { Finding, Severity } from "../checks/check.ts";
import type { Badge } from "../picture/content.ts";
import { type Graph, indexGraph } from "../topology/graph.ts";
import type { Opened } from "./worker/messages.ts";

/** Findings with those that follow from them, each after its cause. */
export function flatten(findings: readonly Finding[]): Finding[] {
  return findings.flatMap((finding) => [finding, ...flatten(finding.consequences)]);
}

/** The node of the picture that a finding is about; null when it is about no single thing of it. */
export function nodeOf({ subject }: Finding, graph: Graph): string | null {
  const { kind, name } = subject;
  const candidates = {
    host: ["host"],
    bridge: [`bridge:${name}`],
    interface: [`interface:${name}`, `port:${name}`, `veth:${name}`, `bridge:${name}`],
    network: [`network:${name}`],
    container: [],
    "published-port": [],
    chain: [],
    capture: [],
  }[kind];
  const found = candidates.find((id) => graph.node(id) !== undefined);
  if (found !== undefined) return found;
  if (kind === "network")
    return graph.nodes("bridge").find(({ networks }) => networks.some((one) => one.name === name))?.id ?? null;
  if (kind === "container") return containerNode(name, graph);
  if (kind === "published-port") {
    // `web 0.0.0.0:8080->80/tcp`: the container is named first.
    const [container] = name.split(/[\s:]/);
    return container === undefined ? null : containerNode(container, graph);
  }
  return null;
}

function containerNode(name: string, graph: Graph): string | null {
  const node = graph.containerNamed(name);
  if (node !== undefined) return node.id;
  return graph.nodes("host").some(({ containers }) => containers.some((one) => one.name === name))
    ? `host#${name}`
    : null;
}

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** How many findings each node has, and how grave the gravest is. */
export function badgesOf({ analysis, findings }: Opened): Map<string, Badge> {
  const graph = indexGraph(analysis.topology);
  const badges = new Map<string, Badge>();
  for (const finding of flatten(findings?.found ?? [])) {
    const node = nodeOf(finding, graph);
    if (node === null) continue;
    const before = badges.get(node);
    const graver = before === undefined || rank[finding.severity] < rank[before.severity];
    badges.set(node, { severity: graver ? finding.severity : before.severity, count: (before?.count ?? 0) + 1 });
  }
  return badges;
}

export function findingsAbout(node: string, { analysis, findings }: Opened): Finding[] {
  const graph = indexGraph(analysis.topology);
  return flatten(findings?.found ?? []).filter((finding) => nodeOf(finding, graph) === node);
}
