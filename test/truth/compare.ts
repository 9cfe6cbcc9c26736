import type { Answer } from "../../src/trace/answer.ts";

/** A line of `truth.ndjson`: what became of a real connection attempt (see fixtures/README.md). */
export interface Truth {
  readonly from: string;
  readonly to: string;
  readonly result: "open" | "refused" | "unreachable" | "timeout";
  readonly answeredBy: string | null;
  readonly sourceSeen: string | null;
  /** Whose address it is: `db@mynet`, `published web`, `host service`, `outside`. */
  readonly about?: string;
}

/**
 * `wrong`: a certain answer that is not what happened. `source`: the right end, but the source seen is another. `kind`: it fails,
 * as it did, but silent where it was loud or the reverse.
 */
export type Comparison = "right" | "unknown" | "wrong" | "source" | "kind";

/** Holds an answer against what really happened. */
export function compare(truth: Truth, answer: Answer): Comparison {
  if (answer.verdict === "unknown") return "unknown";
  if (answer.verdict === "ambiguous") return compareOutcomes(truth, answer);
  if (truth.result === "open") return compareOpen(truth, answer);
  if (answer.verdict === "delivered") return "wrong";
  return kindOf(answer) === truth.result ? "right" : "kind";
}

/** It has to be one of the outcomes; which one, nobody could say before. */
function compareOutcomes(truth: Truth, answer: Answer): Comparison {
  const each = answer.outcomes.map((one) => compare(truth, { ...answer, ...one, outcomes: [] }));
  return each.every((one) => one === "wrong") ? "wrong" : "unknown";
}

function compareOpen({ answeredBy, sourceSeen }: Truth, answer: Answer): Comparison {
  if (answer.verdict !== "delivered" || answer.deliveredTo === null) return "wrong";
  // The connection was taken, but nobody spoke: a proxy without anybody behind it.
  if (answeredBy === null || answeredBy === "?") return "right";
  const { kind, names } = answer.deliveredTo;
  const met = answeredBy === "lan" || answeredBy === "ext" ? kind === "outside" : names.includes(answeredBy);
  if (!met) return "wrong";
  return answer.sourceSeen === sourceSeen ? "right" : "source";
}

/** How a failure shows itself to the sender: a reset or port-unreachable, another error, or nothing at all. */
function kindOf({ verdict, failure, rejectedWith }: Answer): Truth["result"] {
  if (failure === "silence") return "timeout";
  if (verdict === "refused") return "refused";
  return rejectedWith !== null && /tcp-reset|port-unreach/.test(rejectedWith) ? "refused" : "unreachable";
}
