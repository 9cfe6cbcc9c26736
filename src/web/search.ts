import { visible } from "../picture/measure.ts";
import type { Analysis } from "../results/analysis.ts";
import type { TopologyNode } from "../results/topology.ts";

/** Something that can be looked for: by its name, addresses or ports. */
export interface SearchEntry {
  readonly node: string;
  readonly name: string;
  readonly what: string;
  readonly text: string;
}

/** All that can be found in the picture. */
export function searchEntries({ topology, publishedPorts }: Analysis): SearchEntry[] {
  const ports = new Map<string, string[]>();
  for (const { container, hostPort, containerPort, protocol } of publishedPorts) {
    ports.set(container, [
      ...(ports.get(container) ?? []),
      `${hostPort} ${containerPort} ${containerPort}/${protocol}`,
    ]);
  }
  const entry = (
    node: string,
    name: string,
    what: string,
    words: readonly (string | null | undefined)[],
  ): SearchEntry => ({
    node,
    name: visible(name),
    what,
    text: [name, ...words]
      .filter((word) => word != null)
      .join(" ")
      .toLowerCase(),
  });
  const entriesOf = (node: TopologyNode): SearchEntry[] => {
    switch (node.type) {
      case "host":
        return node.containers.map(({ name }) =>
          entry(`host#${name}`, name, "container, network host", ports.get(name) ?? []),
        );
      case "container":
        return node.containers.map(({ name, composeProject, composeService, id }) =>
          entry(node.id, name, "container", [
            id?.slice(0, 12),
            composeProject,
            composeService,
            ...node.endpoints.flatMap(({ ipv4, ipv6, mac, network }) => [ipv4, ipv6, mac, network]),
            ...(ports.get(name) ?? []),
          ]),
        );
      case "bridge":
        return [
          entry(node.id, node.networks[0]?.name ?? node.name, "bridge", [
            node.name,
            node.mac,
            ...node.networks.flatMap(({ name, subnets }) => [name, ...subnets.map(({ subnet }) => subnet)]),
            ...node.addresses.map(({ address }) => address),
          ]),
        ];
      case "network":
        return [
          entry(
            node.id,
            node.network.name,
            node.network.driver,
            node.network.subnets.map(({ subnet }) => subnet),
          ),
        ];
      case "interface":
        return [entry(node.id, node.name, "interface", [node.mac, ...node.addresses.map(({ address }) => address)])];
      case "port":
      case "veth":
        return [entry(node.id, node.name, node.type, [node.mac])];
    }
  };
  return topology.nodes.flatMap(entriesOf);
}

/** The best matches: names that start with what is looked for come first. */
export function find(entries: readonly SearchEntry[], query: string, most: number): SearchEntry[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return [];
  const rank = (entry: SearchEntry) =>
    entry.name.toLowerCase().startsWith(words[0] ?? "") ? 0 : entry.name.toLowerCase().includes(words[0] ?? "") ? 1 : 2;
  return entries
    .filter(({ text }) => words.every((word) => text.includes(word)))
    .map((entry, at) => ({ entry, at }))
    .sort((a, b) => rank(a.entry) - rank(b.entry) || a.at - b.at)
    .slice(0, most)
    .map(({ entry }) => entry);
}
