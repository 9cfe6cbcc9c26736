import { formatEndpoint } from "../../lib/endpoint.ts";
import { formatSource } from "../../lib/source.ts";
import type { Analysis } from "../../results/analysis.ts";

/** What belongs to a picture of the host, as a table with a heading; rows as long as the headings. */
export interface TextTable {
  readonly title: string;
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The tables of a report, in their order; those without rows are left out. Their cells are texts of the snapshot, not escaped. */
export function reportTables({ topology, publishedPorts, resolvers, quality }: Analysis): readonly TextTable[] {
  const containers = topology.nodes.flatMap((node) => {
    if (node.type === "host") return node.containers.map(({ name }) => [name, "network host", ""]);
    if (node.type !== "container") return [];
    const addresses = node.endpoints.map(
      ({ network, ipv4, ipv6 }) => `${network} ${[ipv4, ipv6].filter((one) => one !== null).join(" ")}`,
    );
    return node.containers.map(({ name }) => [name, node.mode === "own" ? "" : node.mode, addresses.join(", ")]);
  });
  const bindings = publishedPorts.map(({ container, hostAddress, hostPort, containerPort, protocol, sources }) => [
    formatEndpoint(hostAddress, hostPort),
    `${container}:${containerPort}/${protocol}`,
    sources.slice(0, 2).map(formatSource).join(", "),
  ]);
  const names = resolvers.map(({ isHost, namespace, containers: inside, setup, nameservers, upstreams }) => [
    isHost ? "the host" : inside.length === 0 ? namespace : inside.join(", "),
    setup,
    [...nameservers, ...upstreams].join(", "),
  ]);
  const said = ({ subject, message }: { readonly subject: string; readonly message: string }) => [subject, message];
  const unread = quality.notes.map(({ file, line, text, why }) => [`${file}:${line}`, text, why]);
  return [
    { title: "Containers", headings: ["Name", "Mode", "Addresses"], rows: containers },
    { title: "Published ports", headings: ["On the host", "Container", "Read from"], rows: bindings },
    { title: "Name resolution", headings: ["Where", "Set-up", "Servers"], rows: names },
    { title: "Contradictions", headings: ["About", "What"], rows: quality.contradictions.map(said) },
    { title: "Not known", headings: ["What", "Why"], rows: quality.gaps.map(said) },
    { title: "Lines not understood", headings: ["Where", "Line", "Why"], rows: unread },
  ].filter(({ rows }) => rows.length > 0);
}
