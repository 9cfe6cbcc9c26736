import type { Comparison, FlowReport } from "../results/comparison.ts";

type Summary = Comparison["summary"];

interface CountedFlow {
  readonly kind: FlowReport["kind"];
  readonly from: readonly unknown[];
  readonly to: readonly unknown[];
}

/** How many flows of each kind, each from one party to one destination. */
export function countFlows(flows: readonly CountedFlow[]): Omit<Summary["flows"], "compared" | "unknown"> {
  const count = (kind: FlowReport["kind"]) => pairsOf(flows.filter((one) => one.kind === kind));
  return {
    lost: count("lost"),
    gained: count("gained"),
    answeredByAnother: count("answered-by-another"),
    seenDifferently: count("seen-differently"),
    failsDifferently: count("fails-differently"),
  };
}

/** Pairs of one party and one destination. */
export const pairsOf = (flows: readonly Omit<CountedFlow, "kind">[]): number =>
  flows.reduce((sum, { from, to }) => sum + from.length * to.length, 0);

export function countThings(changes: readonly Pick<Comparison["changes"][number], "kind">[]): Summary["things"] {
  const count = (kind: string) => changes.filter((one) => one.kind === kind).length;
  return { added: count("added"), removed: count("removed"), replaced: count("replaced"), changed: count("changed") };
}

/** Rules that are not as they were, and policies. */
export const countRules = (chains: readonly Pick<Comparison["chains"][number], "edits" | "policy">[]): number =>
  chains.reduce((sum, { edits, policy }) => sum + edits.length + (policy === null ? 0 : 1), 0);
