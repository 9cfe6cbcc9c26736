import type { Source } from "../../lib/source.ts";
import { type Reason, say } from "../../reasons/reason.ts";
import type { AssertedRule } from "../policy.ts";

/** How a rule came out on a host. */
export interface RuleResult {
  readonly rule: AssertedRule;
  /** `unknown`: nothing contradicts it, and something that it depends on is not known. */
  readonly outcome: "passed" | "failed" | "unknown";
  /** What contradicts it, then what is not known, as far as they are listed. */
  readonly problems: readonly Problem[];
  /** How many problems there are beside those. */
  readonly more: number;
  /** What had to be assumed, each once, as far as it is listed. */
  readonly assumes: readonly string[];
  /** What a reader should know of a rule, whether it holds or not: containers that were left out since they do not run. */
  readonly notes: readonly string[];
}

export interface Problem {
  readonly kind: "failed" | "unknown";
  /** One sentence, with names and ports. */
  readonly message: string;
  /** The question that shows it, as `trace` takes it; null where none was asked. */
  readonly asked: { readonly from: string; readonly to: string } | null;
  /** Why, as the answer says; what is not known, for an unknown one. */
  readonly because: readonly string[];
  /** The same as data; empty where it is no trace's. */
  readonly reasons: readonly Reason[];
  readonly evidence: readonly RuleEvidence[];
}

/** A line that decided. */
export interface RuleEvidence extends Source {
  readonly quote: string;
}

const most = { problems: 20, assumes: 200, notes: 20 } as const;

/** Gathers what is found about a rule; what is not listed any more is only counted. */
export interface Gathering {
  readonly add: (kind: Problem["kind"], make: () => Omit<Problem, "kind">) => void;
  readonly assume: (assumed: readonly Reason[]) => void;
  readonly note: (text: string) => void;
  readonly result: () => RuleResult;
}

export function gather(rule: AssertedRule): Gathering {
  const found = { failed: [] as Problem[], unknown: [] as Problem[] };
  const counts = { failed: 0, unknown: 0 };
  const assumes = new Set<string>();
  const known = new Set<Reason>();
  const notes = new Set<string>();
  return {
    add: (kind, make) => {
      if (counts[kind]++ < most.problems) found[kind].push({ kind, ...make() });
    },
    assume: (assumed) => {
      // Most are the very same values from one answer to the next.
      for (const one of assumed) {
        if (known.has(one) || assumes.size >= most.assumes) continue;
        known.add(one);
        assumes.add(say(one));
      }
    },
    note: (text) => {
      if (notes.size < most.notes) notes.add(text);
    },
    result: () => {
      const problems = [...found.failed, ...found.unknown].slice(0, most.problems);
      return {
        rule,
        outcome: counts.failed > 0 ? "failed" : counts.unknown > 0 ? "unknown" : "passed",
        problems,
        more: counts.failed + counts.unknown - problems.length,
        assumes: [...assumes],
        notes: [...notes],
      };
    },
  };
}
