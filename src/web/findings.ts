import type { Analysis } from "../analysis.ts";
import type { Finding, Severity } from "../checks/check.ts";
import type { Badge } from "../picture/content.ts";
import { type Graph, indexGraph } from "../topology/graph.ts";
import type { Opened } from "./worker/messages.ts";

/** Findings with those that follow from them, each after its cause. */
export function flatten(findings: readonly Finding[]): Finding[] {
  return findings.flatMap((finding) => [finding, ...flatten(finding.consequences)]);
}

/** What findings are looked up in. */
export interface Index {
  readonly graph: Graph;
  readonly publishedPorts: Analysis["publishedPorts"];
}

export const indexOf = ({ topology, publishedPorts }: Analysis): Index => ({
  graph: indexGraph(topology),
  publishedPorts,
});

/** The node of the picture that a finding is about; null when it is about no single thing of it. */
export function nodeOf({ subject }: Finding, { graph, publishedPorts }: Index): string | null {
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
    const container = publishedBy(name, publishedPorts);
    return container === null ? null : containerNode(container, graph);
  }
  return null;
}

/** The container of a port as findings name it: `8080/tcp`, `127.0.0.1:53/udp`, `80/tcp of web`. */
function publishedBy(name: string, ports: Index["publishedPorts"]): string | null {
  const named = / of (.+)$/.exec(name)?.[1];
  if (named !== undefined) return named;
  const [, port, protocol] = /(\d+)\/(\w+)$/.exec(name) ?? [];
  return ports.find((one) => `${one.hostPort}` === port && one.protocol === protocol)?.container ?? null;
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
  const index = indexOf(analysis);
  const badges = new Map<string, Badge>();
  for (const finding of flatten(findings?.found ?? [])) {
    const node = nodeOf(finding, index);
    if (node === null) continue;
    const before = badges.get(node);
    const graver = before === undefined || rank[finding.severity] < rank[before.severity];
    badges.set(node, { severity: graver ? finding.severity : before.severity, count: (before?.count ?? 0) + 1 });
  }
  return badges;
}

export function findingsAbout(node: string, { analysis, findings }: Opened): Finding[] {
  const index = indexOf(analysis);
  return flatten(findings?.found ?? []).filter((finding) => nodeOf(finding, index) === node);
}
