import { hostWord, ownerIn } from "../../model/namespace-id.ts";
import type { ChangeMark } from "../../picture/content.ts";
import { type Marks, networkKey, placeKey } from "../../picture/merge.ts";
import { containerNode } from "../../reporters/picture/finding-nodes.ts";
import type { Analysis } from "../../results/analysis.ts";
import type { AnswerReport } from "../../results/answer.ts";
import { type Graph, indexGraph } from "../../topology/graph.ts";
import { nodesOnWay } from "../path-highlight.ts";
import type { Compared } from "../worker/messages.ts";

type Change = Compared["changes"][number];
type Thing = Change["thing"];

/** What each change did to the things of the two pictures. */
export function marksOf(changes: readonly Change[], before: Analysis, after: Analysis): Marks {
  const graphs = { before: indexGraph(before.topology), after: indexGraph(after.topology) };
  const marks = { before: new Map<string, ChangeMark>(), after: new Map<string, ChangeMark>() };
  for (const { kind, thing, formerly } of changes) {
    const sides = kind === "added" ? (["after"] as const) : kind === "removed" ? (["before"] as const) : both;
    for (const side of sides) {
      const named = side === "before" ? (formerly ?? thing) : thing;
      for (const { key, whole } of keysOf(named, graphs[side])) {
        // What came or went with a thing changes that thing; only the thing itself came or went.
        const mark = !whole || kind === "changed" || kind === "replaced" ? "changed" : sign[kind];
        const known = marks[side].get(key);
        if (known === undefined || known === "changed") marks[side].set(key, mark);
      }
    }
  }
  // What has lost or won something is there on both sides.
  for (const [key, mark] of marks.before) if (mark === "changed" && !marks.after.has(key)) marks.after.set(key, mark);
  return marks;
}

const both = ["before", "after"] as const;
const sign = { added: "added", removed: "gone" } as const satisfies Partial<Record<Change["kind"], ChangeMark>>;

interface Key {
  readonly key: string;
  /** Whether the key stands for the very thing, and not for what it belongs to. */
  readonly whole: boolean;
}

/** The things of the picture that a change is about. */
function keysOf({ kind, name, within }: Thing, graph: Graph): Key[] {
  const container = (named: string, whole: boolean): Key[] => {
    const node = containerNode(named, graph);
    return node === null ? [] : [{ key: node, whole }];
  };
  switch (kind) {
    case "container":
      return container(name, ownsNamespace(name, graph));
    case "endpoint": {
      const at = name.lastIndexOf(" on ");
      const node = at < 0 ? null : containerNode(name.slice(0, at), graph);
      if (node === null) return [];
      return [
        { key: placeKey(node, name.slice(at + 4)), whole: true },
        { key: node, whole: false },
      ];
    }
    case "published-port":
      return container(/→ ([^→]+):\d{1,5}(?:\/\w{1,20})?$/.exec(name)?.[1] ?? "", false);
    case "network":
      return [{ key: networkKey(name), whole: true }];
    case "bridge":
      return [{ key: `bridge:${name}`, whole: true }];
    case "interface":
      if (within !== null && within !== hostWord) return container(ownerIn(within), false);
      return ["interface", "port", "bridge"].map((type) => ({ key: `${type}:${name}`, whole: true }));
    default:
      return within === null || within === hostWord ? [] : container(ownerIn(within), false);
  }
}

/** Others that share a namespace come and go without it. */
const ownsNamespace = (name: string, graph: Graph): boolean => {
  const node = graph.containerNamed(name);
  return node === undefined || node.name === name;
};

/** Whether a change is about the thing that a node of the picture shows, or about what belongs to it. */
export function concerns({ thing, formerly }: Change, node: string, graphs: readonly Graph[]): boolean {
  const keys = new Set([node, ...graphs.flatMap((graph) => networksOf(node, graph)).map(networkKey)]);
  const isAbout = (key: string) =>
    keys.has(key) || [...keys].some((one) => key.endsWith(`@${one.replace(/^network:/, "")}`));
  return [thing, ...(formerly === null ? [] : [formerly])].some((one) =>
    graphs.some((graph) => keysOf(one, graph).some(({ key }) => isAbout(key))),
  );
}

/** The networks that a node shows. */
function networksOf(node: string, graph: Graph): readonly string[] {
  const found = graph.node(node);
  if (found?.type === "bridge") return found.networks.map(({ name }) => name);
  return found?.type === "network" ? [found.network.name] : [];
}

/** The containers that a node stands for, by their names on either side. */
export function namesOf(node: string, graphs: readonly Graph[]): ReadonlySet<string> {
  const names = graphs.flatMap((graph) => {
    const found = graph.node(node);
    return found?.type === "container" ? [found.name, ...found.containers.map(({ name }) => name)] : [];
  });
  return new Set(node.startsWith("host#") ? [...names, node.slice("host#".length)] : names);
}

/** The nodes of the merged picture that a packet passes: what was called otherwise before is found under its later name. */
export function nodesInMerged(
  answer: AnswerReport,
  side: "before" | "after",
  before: Analysis,
  after: Analysis,
  changes: readonly Change[],
): string[] {
  if (side === "after") return nodesOnWay(answer, after.topology);
  const graphs = { before: indexGraph(before.topology), after: indexGraph(after.topology) };
  const renamed = new Map<string, string>(
    changes.flatMap(({ thing, formerly }) =>
      thing.kind === "container" && formerly !== null
        ? [[`container:${formerly.name}`, `container:${thing.name}`] as const]
        : [],
    ),
  );
  const bridges = new Map(
    graphs.after.nodes("bridge").flatMap(({ id, networks }) => networks.map(({ name }) => [name, id] as const)),
  );
  return nodesOnWay(answer, before.topology).map((id) => {
    const [network] = networksOf(id, graphs.before);
    return renamed.get(id) ?? (network === undefined ? undefined : bridges.get(network)) ?? id;
  });
}
