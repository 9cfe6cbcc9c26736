import type { LinkOf, NodeOf, Topology, TopologyLink, TopologyNode } from "../results/topology.ts";

/** A topology that can be asked: nodes by type, id and bridge, links by type and start. */
export interface Graph {
  readonly nodes: <T extends TopologyNode["type"]>(type: T) => readonly NodeOf<T>[];
  readonly portsOf: (bridge: string) => readonly NodeOf<"port">[];
  /** The node of a container, or of the namespace that it shares. */
  readonly containerNamed: (name: string) => NodeOf<"container"> | undefined;
  readonly node: (id: string) => TopologyNode | undefined;
  readonly linksFrom: <T extends TopologyLink["type"]>(id: string, type: T) => readonly LinkOf<T>[];
}

export function indexGraph({ nodes, links }: Topology): Graph {
  const byType = new Map<string, TopologyNode[]>();
  const byStart = new Map<string, TopologyLink[]>();
  const ports = new Map<string, NodeOf<"port">[]>();
  const containers = new Map<string, NodeOf<"container">>();
  const add = <T>(map: Map<string, T[]>, key: string, item: T) => {
    const list = map.get(key);
    if (list === undefined) map.set(key, [item]);
    else list.push(item);
  };
  for (const node of nodes) {
    add(byType, node.type, node);
    if (node.type === "port") add(ports, node.bridge, node);
    if (node.type === "container") for (const { name } of [node, ...node.containers]) containers.set(name, node);
  }
  for (const link of links) add(byStart, `${link.type} ${link.from}`, link);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return {
    nodes: <T extends TopologyNode["type"]>(type: T) => (byType.get(type) ?? []) as NodeOf<T>[],
    portsOf: (bridge) => ports.get(bridge) ?? [],
    containerNamed: (name) => containers.get(name),
    node: (id) => byId.get(id),
    linksFrom: <T extends TopologyLink["type"]>(id: string, type: T) =>
      (byStart.get(`${type} ${id}`) ?? []) as LinkOf<T>[],
  };
}
