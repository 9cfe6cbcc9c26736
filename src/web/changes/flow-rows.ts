import { listWords } from "../../lib/enumerate.ts";
import type { Compared, ComparedFlow } from "../worker/messages.ts";
import { destinationText, flowKinds, partyText, publishedText } from "./words.ts";

/** Flows that read the same but for the addresses asked: `host:21` at each address of the host. */
export interface ShownFlowRow {
  readonly kind: ComparedFlow["kind"];
  readonly from: string;
  readonly to: string;
  readonly published: string;
  /** Places in the comparison's list, never empty. */
  readonly flows: readonly number[];
  readonly first: ComparedFlow;
}

/** All flows of one kind that one cause brought about. */
export interface ShownFlowGroup {
  readonly kind: ComparedFlow["kind"];
  readonly cause: number | null;
  readonly rows: readonly ShownFlowRow[];
  /** Each from one party to one destination. */
  readonly count: number;
}

/** At most so many names are written out. */
const most = 4;

/**
 * Flows in the order of how much people care: by kind, and within one by their cause. What came or went with one of its ends
 * surprises nobody: it comes last.
 */
export function flowGroups({ flows, causes }: Compared, isShown: (flow: ComparedFlow) => boolean): ShownFlowGroup[] {
  const groups = new Map<
    string,
    { count: number; readonly rows: Map<string, ShownFlowRow & { readonly flows: number[] }> }
  >();
  for (const [at, flow] of flows.entries()) {
    if (!isShown(flow)) continue;
    const { kind, cause, before, after } = flow;
    const key = JSON.stringify([kind, cause]);
    const group = groups.get(key) ?? { count: 0, rows: new Map() };
    groups.set(key, group);
    group.count += flow.from.length * flow.to.length;
    const from = listed(flow.from.map(partyText));
    const to = listed([...new Set(flow.to.map(destinationText))]);
    const published = listed([...new Set(flow.to.map(publishedText))].filter((text) => text !== ""));
    const alike = JSON.stringify([from, to, published, before, after]);
    const row = group.rows.get(alike);
    if (row === undefined) group.rows.set(alike, { kind, from, to, published, first: flow, flows: [at] });
    else row.flows.push(at);
  }
  const order = Object.keys(flowKinds);
  const rank = (cause: number | null) => (cause === null ? 1 : causes[cause]?.proof === "absent" ? 2 : 0);
  return [...groups.values()]
    .flatMap(({ count, rows }) => {
      const [first] = rows.values();
      if (first === undefined) return [];
      return [{ kind: first.kind, cause: first.first.cause, count, rows: [...rows.values()] }];
    })
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || rank(a.cause) - rank(b.cause));
}

const listed = (names: readonly string[]): string => listWords(names, names.length > most ? most - 1 : most);

/** Whether a flow starts or ends at a container. */
export function flowConcerns(flow: ComparedFlow, names: ReadonlySet<string>): boolean {
  const fits = ({ before, after }: { readonly before: string | null; readonly after: string | null }) =>
    (before !== null && names.has(before)) || (after !== null && names.has(after));
  const publishes = ({ publishes: one }: ComparedFlow["to"][number]) =>
    one !== null &&
    [one.before, one.after].some((text) => text !== null && names.has(text.slice(0, text.lastIndexOf(":"))));
  return flow.from.some(fits) || flow.to.some((to) => fits(to.name) || publishes(to));
}
