import type { Answer } from "../../trace/answer.ts";
import type { Step } from "../../trace/packet-state.ts";
import type { RuleEvidence } from "./result.ts";

/** As many lines are shown of a way that leads there: the last decisions are those that let it through. */
const mostPassed = 3;

/** The rule, policy or route at which a way ended, or those that let it pass, the last first. */
export function decidingLines({ verdict, reply, steps }: Answer): readonly RuleEvidence[] {
  const isLost = reply !== null && reply.verdict !== "delivered";
  const way = isLost ? reply.steps : steps;
  if (verdict === "delivered" || verdict === "refused") return steps.toReversed().flatMap(linesOf).slice(0, mostPassed);
  const stop = way.findLast(
    ({ hook }) => hook?.verdict === "drop" || hook?.verdict === "reject" || hook?.verdict === "unknown",
  );
  const last = stop ?? way.findLast(({ sources }) => sources.length > 0);
  return last === undefined ? [] : linesOf(last).slice(0, 1);
}

function linesOf({ kind, text, hook, sources }: Step): readonly RuleEvidence[] {
  const [source] = sources;
  if (hook === undefined)
    return source !== undefined && (kind === "proxy" || kind === "end") ? [{ ...source, quote: text }] : [];
  const decided = hook.rules.filter(({ effect }) => effect === "decided");
  if (decided.length > 0) return decided.map(({ rule }) => ({ ...rule.source, quote: rule.text }));
  // The policies of other tables let pass whatever their rules do not touch.
  if (source === undefined || hook.table !== "filter") return [];
  return [{ ...source, quote: `:${hook.chain} ${hook.verdict.toUpperCase()}` }];
}
