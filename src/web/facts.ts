import { formatEndpoint } from "../lib/endpoint.ts";
import { mergeSources, type Source } from "../lib/source.ts";
import type { Analysis } from "../results/analysis.ts";
import type { NetworkLabel, NodeOf, PairingLabel, TopologyNode } from "../results/topology.ts";
import { indexGraph } from "../topology/graph.ts";
import { addressRows, compose, type FactPart, type FactRow, type Facts, flag, linkRows, part } from "./fact-rows.ts";

/** All facts about a node of the topology; null when the host has no such node. */
export function factsOf(id: string, analysis: Analysis): Facts | null {
  const graph = indexGraph(analysis.topology);
  const [host] = graph.nodes("host");
  if (id.startsWith("host#") && host !== undefined) return hostMember(id.slice(5), host, analysis);
  const node = graph.node(id);
  if (node === undefined) return null;
  return { ...nameOf(node), parts: partsOf(node, analysis) };
}

function nameOf(node: TopologyNode): Pick<Facts, "title" | "kind"> {
  switch (node.type) {
    case "host":
      return { title: node.hostname ?? "host", kind: "Host" };
    case "network":
      return { title: node.network.name, kind: "Network" };
    case "bridge":
      return { title: node.name, kind: node.owner === "docker" ? "Docker bridge" : "Bridge" };
    case "port":
      return { title: node.name, kind: `Port of ${node.bridge}` };
    case "veth":
      return { title: node.name, kind: "Veth on no bridge" };
    case "interface":
      return { title: node.name, kind: node.role === "uplink" ? "Uplink" : "Interface" };
    case "container":
      return { title: node.name, kind: "Container" };
  }
}

function partsOf(node: TopologyNode, analysis: Analysis): FactPart[] {
  switch (node.type) {
    case "host":
      return hostParts(node, analysis);
    case "network":
      return [networkPart(node.network)];
    case "bridge":
      return [
        part(
          "Bridge",
          [
            ...linkRows(node),
            ["bridge id", node.bridgeId],
            ["spanning tree", flag(node.stp)],
            ["VLAN filtering", flag(node.vlanFiltering)],
            ...addressRows(node.addresses),
          ],
          node.sources,
        ),
        ...node.networks.map(networkPart),
      ];
    case "port":
    case "veth":
      return [
        part(
          "Interface",
          [...linkRows(node), ["netnsid", node.netnsId === null ? null : `${node.netnsId}`], ["other end", node.peer]],
          node.sources,
        ),
        ...(node.type === "port"
          ? [
              part(
                "Port",
                [
                  ["bridge", node.bridge],
                  ["spanning tree state", node.forwarding],
                  ["hairpin", flag(node.hairpin)],
                  ["isolated", flag(node.isolated)],
                ],
                [],
              ),
            ]
          : []),
        ...(node.pairing === null ? [] : [pairingPart(node.pairing, node.sources)]),
      ];
    case "interface":
      return [
        part(
          "Interface",
          [
            ...linkRows(node),
            ["master", node.master],
            ...addressRows(node.addresses),
            ...node.defaultRoutes.map(
              ({ via, metric }): FactRow => [
                "default route",
                `${via === null ? "directly" : `via ${via}`}${metric === 0 ? "" : `, metric ${metric}`}`,
              ],
            ),
            ...Object.entries(node.details),
          ],
          node.sources,
        ),
      ];
    case "container":
      return containerParts(node, analysis);
  }
}

function hostParts(node: NodeOf<"host">, { snapshot, engine }: Analysis): FactPart[] {
  const settings = Object.entries(engine.settings).flatMap(([name, value]): FactRow[] =>
    value === null || (Array.isArray(value) && value.length === 0) ? [] : [[name, String(value)]],
  );
  return [
    part(
      "Host",
      [
        ["system", snapshot.os],
        ["kernel", snapshot.kernel],
        ["taken", snapshot.takenAt],
        ["collector", snapshot.collector],
        ["with --network host", node.containers.map(({ name }) => name).join(", ")],
      ],
      node.sources,
    ),
    part(
      "Docker",
      [
        ["version", engine.version],
        ["firewall", engine.firewallBackend],
        ["rootless", flag(engine.rootless)],
        ["swarm", engine.swarm],
        ...settings,
      ],
      engine.sources,
    ),
  ];
}

function hostMember(name: string, node: NodeOf<"host">, analysis: Analysis): Facts | null {
  const member = node.containers.find((one) => one.name === name);
  if (member === undefined) return null;
  const rows: (readonly [string, string | null])[] = [
    ["network", "the host's own namespace"],
    ["id", member.id?.slice(0, 12) ?? null],
    ["compose", compose(member)],
  ];
  return {
    title: name,
    kind: "Container",
    parts: [part("Container", rows, member.sources), ...publishedParts([name], analysis)],
  };
}

function containerParts(node: NodeOf<"container">, analysis: Analysis): FactPart[] {
  const members = node.containers.map((member) =>
    part(
      member.name === node.name ? "Container" : `Shares its namespace: ${member.name}`,
      [
        ["id", member.id?.slice(0, 12) ?? null],
        ["running", flag(member.running)],
        ["network mode", member.networkMode],
        ["compose", compose(member)],
      ],
      member.sources,
    ),
  );
  const endpoints = node.endpoints.map((one) =>
    part(
      `On ${one.network}`,
      [
        ["IPv4", one.ipv4],
        ["IPv6", one.ipv6],
        ["MAC", one.mac],
        ["interface", one.interface],
      ],
      one.sources,
    ),
  );
  const inside = (node.interfaces ?? []).map((iface) =>
    part(
      `Inside: ${iface.name}`,
      [["state", iface.up ? "up" : "down"], ["MAC", iface.mac], ...addressRows(iface.addresses)],
      [],
    ),
  );
  return [
    ...members,
    ...publishedParts(
      node.containers.map(({ name }) => name),
      analysis,
    ),
    ...endpoints,
    ...resolverParts(node.name, analysis),
    ...inside,
  ];
}

function publishedParts(names: readonly string[], { publishedPorts }: Analysis): FactPart[] {
  const own = publishedPorts.filter(({ container }) => names.includes(container));
  if (own.length === 0) return [];
  const rows = own.map(
    ({ hostAddress, hostPort, containerPort, protocol, knownFrom }): FactRow => [
      formatEndpoint(hostAddress, hostPort),
      `→ ${containerPort}/${protocol}${knownFrom === "rules" ? " (read back from NAT rules)" : ""}`,
    ],
  );
  return [part("Published ports", rows, mergeSources(...own.map(({ sources }) => sources)))];
}

function resolverParts(name: string, { resolvers }: Analysis): FactPart[] {
  return resolvers
    .filter(({ namespace, isHost }) => !isHost && namespace === name)
    .map(({ setup, nameservers, upstreams, search, sources }) =>
      part(
        "Name resolution",
        [
          ["set-up", setup],
          ["servers", nameservers.join(", ")],
          ["upstream", upstreams.join(", ")],
          ["search", search.join(" ")],
        ],
        sources,
      ),
    );
}

function networkPart(network: NetworkLabel): FactPart {
  const subnets = network.subnets.map(
    ({ subnet, gateway }): FactRow => ["subnet", gateway === null ? subnet : `${subnet}, gateway ${gateway}`],
  );
  const special = network.specialEndpoints.map(
    ({ name, ipv4, ipv6 }): FactRow => [
      "endpoint without container",
      [name, ipv4, ipv6].filter((word) => word !== null).join(" "),
    ],
  );
  return part(
    `Network ${network.name}`,
    [
      ["driver", [network.driver, network.mode].filter((word) => word !== null).join(", ")],
      ["scope", network.scope],
      ...subnets,
      ["parent", network.parent],
      ["internal", network.internal ? "yes" : null],
      ["IPv6", network.ipv6 ? "on" : null],
      ["compose project", network.composeProject],
      ...special,
      ...Object.entries(network.options),
    ],
    network.sources,
  );
}

function pairingPart(pairing: PairingLabel, sources: readonly Source[]): FactPart {
  const behind =
    pairing.kind === "paired"
      ? pairing.container
      : pairing.kind === "candidates"
        ? pairing.containers.join(" or ")
        : "not known";
  const how = pairing.kind === "paired" ? `${pairing.method.replaceAll("-", " ")} (${pairing.certainty})` : null;
  return part(
    "Behind it",
    [
      ["container", behind],
      ["found by", how],
      ["because", pairing.reason],
    ],
    sources,
  );
}
