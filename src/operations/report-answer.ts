import type { RuleStep } from "../firewall/outcome.ts";
import { say } from "../reasons/reason.ts";
import type { AnswerReport, RuleReport, StepReport } from "../results/answer.ts";
import { type Answer, type PossibleOutcome, type Reply, unanswered } from "../trace/answer.ts";
import type { Stop } from "../trace/decision.ts";
import type { Step } from "../trace/packet-state.ts";
import { reportReason } from "./report-reason.ts";

/** The engine's answer as it is published: its rules as text and place, without what they were compiled into. */
export function reportAnswer({ from, to, sent, assumes, outcomes, ...end }: Answer): AnswerReport {
  const { because, reasons, steps, reply, ...told } = reportOutcome(end);
  return {
    from,
    to,
    sent,
    ...told,
    because,
    reasons,
    assumes: assumes.map(say),
    steps,
    reply,
    outcomes: outcomes.map(reportOutcome),
  };
}

type OutcomeReport = AnswerReport["outcomes"][number];

function reportOutcome({ steps, reply, because, decision, ...rest }: PossibleOutcome): OutcomeReport {
  return {
    ...rest,
    decision: decision === null ? null : reportStop(decision),
    because: because.map(say),
    reasons: because.map(reportReason),
    steps: steps.map(reportStep),
    reply: reply === null ? null : reportReply(reply),
  };
}

function reportReply({ verdict, because, steps }: Reply): AnswerReport["reply"] {
  return {
    verdict,
    because: because.map(say),
    reasons: because.map(reportReason),
    steps: steps.map(reportStep),
  };
}

function reportStop({ namespace, hook, table, base, chain, rule, source, direction }: Stop): AnswerReport["decision"] {
  const told = rule === null ? null : { text: rule.text, file: source.file, line: source.line };
  return { namespace, hook, table, base, chain, rule: told, direction };
}

/** The answer to a line of --queries that is no question, or asks for what is not there. */
export function reportTrouble(from: string | null, to: string | null, line: number, error: string): AnswerReport {
  const code = "not-understood";
  return {
    from,
    to,
    verdict: "unknown",
    code,
    ...unanswered,
    because: [error],
    reasons: [],
    assumes: [],
    steps: [],
    line,
    error,
  };
}

function reportStep({ kind, namespace, text, ports = [], sources, hook, ...named }: Step): StepReport {
  const { interface: name = null, gateway = null, setting = null } = named;
  return { kind, namespace, text, interface: name, ports, gateway, setting, hook: reportHook(hook), sources };
}

function reportHook(hook: Step["hook"]): StepReport["hook"] {
  if (hook === undefined) return null;
  const rules = hook.rules.map(reportRule);
  return { ...hook, policy: !rules.some(({ effect }) => effect === "decided"), rules };
}

function reportRule({ rule, chain, effect, failed, because }: RuleStep): RuleReport {
  const { text, source, counters } = rule;
  return { chain, text, file: source.file, line: source.line, effect, failed, counters, because: because.map(say) };
}
