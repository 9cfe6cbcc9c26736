import type { RuleStep } from "../firewall/outcome.ts";
import { say } from "../reasons/reason.ts";
import type { AnswerReport, RuleReport, StepReport } from "../results/answer.ts";
import { type Answer, unanswered } from "../trace/answer.ts";
import type { Step } from "../trace/packet-state.ts";

/** The engine's answer as it is published: its rules as text and place, without what they were compiled into. */
export function reportAnswer(answer: Answer): AnswerReport {
  const { steps, reply, because, assumes, ...rest } = answer;
  return {
    ...rest,
    because: because.map(say),
    assumes: assumes.map(say),
    steps: steps.map(reportStep),
    reply:
      reply === null
        ? null
        : { verdict: reply.verdict, because: reply.because.map(say), steps: reply.steps.map(reportStep) },
  };
}

/** The answer to a line of --queries that is no question, or asks for what is not there. */
export function reportTrouble(from: string | null, to: string | null, line: number, error: string): AnswerReport {
  return { from, to, verdict: "unknown", ...unanswered, because: [error], assumes: [], steps: [], line, error };
}

function reportStep({ kind, namespace, text, sources, hook }: Step): StepReport {
  if (hook === undefined) return { kind, namespace, text, hook: null, sources };
  const rules = hook.rules.map(reportRule);
  const policy = !rules.some(({ effect }) => effect === "decided");
  return { kind, namespace, text, hook: { ...hook, policy, rules }, sources };
}

function reportRule({ rule, chain, effect, failed, because }: RuleStep): RuleReport {
  const { text, source, counters } = rule;
  return { chain, text, file: source.file, line: source.line, effect, failed, counters, because: because.map(say) };
}
