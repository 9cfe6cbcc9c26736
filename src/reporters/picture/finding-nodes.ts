import type { Severity, Subject } from "../../checks/check.ts";
import type { Badge } from "../../picture/content.ts";
import type { Analysis } from "../../results/analysis.ts";
import { type Graph, indexGraph } from "../../topology/graph.ts";

/** What findings are looked up in. */
export interface Index {
  readonly graph: Graph;
  readonly publishedPorts: Analysis["publishedPorts"];
}

export const indexOf = ({ topology, publishedPorts }: Pick<Analysis, "topology" | "publishedPorts">): Index => ({
  graph: indexGraph(topology),
  publishedPorts,
});

/** As much of a finding as a picture shows. */
export interface Shown {
  readonly severity: Severity;
  readonly subject: { readonly kind: Subject["kind"] | (string & {}); readonly name: string };
}

/** The node of the picture that a finding is about; null when it is about no single thing of it. */
export function nodeOf({ subject }: Pick<Shown, "subject">, { graph, publishedPorts }: Index): string | null {
  const { kind, name } = subject;
  if (kind === "container") return containerNode(name, graph);
  if (kind === "published-port") {
    const container = publishedBy(name, publishedPorts);
    return container === null ? null : containerNode(container, graph);
  }
  const candidates =
    kind === "host"
      ? ["host"]
      : kind === "interface"
        ? ["interface", "port", "veth", "bridge"].map((type) => `${type}:${name}`)
        : kind === "bridge" || kind === "network"
          ? [`${kind}:${name}`]
          : [];
  const found = candidates.find((id) => graph.node(id) !== undefined);
  if (found !== undefined || kind !== "network") return found ?? null;
  return graph.nodes("bridge").find(({ networks }) => networks.some((one) => one.name === name))?.id ?? null;
}

/** The container of a port as findings name it: `8080/tcp`, `127.0.0.1:53/udp`, `80/tcp of web`. */
function publishedBy(name: string, ports: Index["publishedPorts"]): string | null {
  const of = name.indexOf(" of ");
  if (of >= 0) return name.slice(of + " of ".length);
  const [, port, protocol] = /(\d{1,5})\/(\w+)$/.exec(name) ?? [];
  return ports.find((one) => `${one.hostPort}` === port && one.protocol === protocol)?.container ?? null;
}

/** The node that a container is shown as; null where there is none. */
export function containerNode(name: string, graph: Graph): string | null {
  const node = graph.containerNamed(name);
  if (node !== undefined) return node.id;
  return graph.nodes("host").some(({ containers }) => containers.some((one) => one.name === name))
    ? `host#${name}`
    : null;
}

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** How many findings each node has, and how grave the gravest is. */
export function badgesOf(findings: readonly Shown[], index: Index): Map<string, Badge> {
  const badges = new Map<string, Badge>();
  for (const finding of findings) {
    const node = nodeOf(finding, index);
    if (node === null) continue;
    const before = badges.get(node);
    const graver = before === undefined || rank[finding.severity] < rank[before.severity];
    badges.set(node, { severity: graver ? finding.severity : before.severity, count: (before?.count ?? 0) + 1 });
  }
  return badges;
}
