import { hostWord, outsideWord, ownerIn } from "../model/namespace-id.ts";
import type { AnswerReport, StepReport } from "../results/answer.ts";
import type { Topology } from "../results/topology.ts";
import { type Graph, indexGraph } from "../topology/graph.ts";

/** The nodes of the picture that a packet passes, in order: what its steps pass, and the ports between. */
export function nodesOnWay(answer: AnswerReport, topology: Topology): string[] {
  const graph = indexGraph(topology);
  const nodes: string[] = [];
  const add = (id: string | undefined) => {
    if (id !== undefined && nodes.at(-1) !== id) nodes.push(id);
  };
  const [first] = answer.steps;
  if (first?.namespace === outsideWord || (first?.kind === "receive" && first.namespace === hostWord)) add("outside");
  for (const step of answer.steps) {
    if (step.kind === "hook" || step.kind === "rewrite") continue;
    if (step.namespace !== hostWord) {
      const container = graph.containerNamed(ownerIn(step.namespace));
      if (container !== undefined && step.kind !== "switch")
        for (const id of into(container.id, nodes.at(-1), graph)) add(id);
    }
    for (const id of named(step, graph)) add(id);
  }
  const { deliveredTo } = answer;
  if (deliveredTo?.kind === "container") {
    const container = graph.containerNamed(ownerIn(deliveredTo.name));
    if (container !== undefined) for (const id of into(container.id, nodes.at(-1), graph)) add(id);
  }
  if (deliveredTo?.kind === "host") add("host");
  if (deliveredTo?.kind === "outside") add("outside");
  return nodes;
}

/** A container, after the port of the bridge that leads to it. */
function into(container: string, before: string | undefined, graph: Graph): string[] {
  const bridge = before?.startsWith("bridge:") === true ? before.slice("bridge:".length) : null;
  const port =
    bridge === null
      ? undefined
      : graph.portsOf(bridge).find(({ id }) => graph.linksFrom(id, "endpoint").some(({ to }) => to === container));
  return port === undefined ? [container] : [port.id, container];
}

/** The interfaces that a step passes: what comes in passes the port before the bridge. */
function named(step: StepReport, graph: Graph): string[] {
  const names = [...(step.interface === null ? [] : [step.interface]), ...step.ports];
  const ids = names.flatMap((name) => {
    const found = ["bridge", "port", "interface"]
      .map((type) => `${type}:${name}`)
      .find((id) => graph.node(id) !== undefined);
    return found === undefined || (step.namespace !== hostWord && !found.startsWith("port:")) ? [] : [found];
  });
  return step.kind === "receive" ? ids.reverse() : ids;
}
