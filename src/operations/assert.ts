import type { Snapshot } from "../captures/snapshot.ts";
import type { CheckReport, Finding, Severity } from "../checks/check.ts";
import { checks } from "../checks/registry.ts";
import { runChecks } from "../checks/run-checks.ts";
import { listWords } from "../lib/enumerate.ts";
import { groupBy } from "../lib/group-by.ts";
import { nearest } from "../lib/nearest.ts";
import { makeAnswerCache } from "../policy/judge/ask.ts";
import { prepareRule } from "../policy/judge/evaluate.ts";
import { gather, type RuleResult } from "../policy/judge/result.ts";
import { type AssertedRule, type Policy, policyError } from "../policy/policy.ts";
import { selectContainers } from "../policy/select/select.ts";
import type { AssertionReport, AssertionsReport } from "../results/assertions.ts";
import { makeTracer } from "../trace/trace.ts";
import { rebuildHost } from "./analyze.ts";
import { reportReason } from "./report-reason.ts";

/**
 * Judges every rule of a policy on a snapshot. `onAsked` hears how many questions were asked so far. Throws a PolicyError for a
 * name that is not in the snapshot, before any rule is judged.
 */
export function assertPolicy(
  snapshot: Snapshot,
  policy: Policy,
  onAsked: (asked: number) => void = () => {},
): AssertionsReport {
  const host = rebuildHost(snapshot);
  const tracer = makeTracer(host);
  const asker = makeAnswerCache(tracer, onAsked);
  const scene = { host, dataplane: tracer.dataplane, policy };
  const found = { report: null as CheckReport | null };
  const allFindings = (): CheckReport => {
    found.report ??= runChecks(host, snapshot, checks);
    return found.report;
  };
  for (const { name, line } of policy.sets.values()) selectContainers(scene, { text: `@${name}`, line });
  const judges = policy.rules.map((rule) => {
    if (rule.kind !== "no-findings") return prepareRule(scene, asker, rule);
    checkIds(policy, rule);
    return () => judgeFindings(rule, allFindings());
  });
  const assertions = judges.map((judge) => reportRule(judge()));
  const { hostname, takenAt } = host.identity;
  return {
    format: "vethscope-assertions",
    version: 1,
    snapshot: { hostname, takenAt },
    policy: policy.file,
    passes: assertions.every(({ passes }) => passes),
    questions: asker.count(),
    assertions,
  };
}

function reportRule({ rule, outcome, problems, more, assumes, notes }: RuleResult): AssertionReport {
  return {
    name: rule.name ?? rule.text,
    rule: rule.text,
    kind: rule.kind,
    line: rule.line,
    outcome,
    passes: outcome === "passed" || (outcome === "unknown" && rule.unknownAllowed),
    problems: problems.map((one) => ({ ...one, reasons: one.reasons.map(reportReason) })),
    more,
    assumes,
    notes,
  };
}

type FindingsRule = Extract<AssertedRule, { readonly kind: "no-findings" }>;

function checkIds(policy: Policy, { except }: FindingsRule): void {
  const ids = checks.map(({ id }) => id);
  for (const { text, line } of except) {
    if (ids.some((id) => id === text)) continue;
    const meant = nearest(text, ids);
    const fits = meant === null ? "vethscope checks lists them" : `did you mean ${meant}?`;
    throw policyError(policy.file, line, `no check is called ${text}; ${fits}`);
  }
}

/** Findings at or above the severity, but for those of excepted checks. A check of that severity that could not run leaves it open. */
function judgeFindings(rule: FindingsRule, { findings, skipped }: CheckReport): RuleResult {
  const gathering = gather(rule);
  const excepted = new Set(rule.except.map(({ text }) => text));
  const counts = (severity: Severity) =>
    severity === "error" || (severity === "warning" && rule.severity === "warning");
  for (const { check, severity, message, evidence } of flatten(findings)) {
    if (excepted.has(check) || !counts(severity)) continue;
    gathering.add("failed", () => ({
      message: `${message} [${check}]`,
      asked: null,
      because: [],
      reasons: [],
      evidence,
    }));
  }
  const open = skipped.filter(({ check }) => {
    const severity = checks.find(({ id }) => id === check)?.severity ?? "error";
    return !excepted.has(check) && counts(severity);
  });
  for (const alike of groupBy(open, ({ why, ran }) => `${ran} ${why}`).values()) {
    const ids = alike.map(({ check }) => check);
    const message = `${listWords(ids, 3)} could not ${alike[0]?.ran === true ? "tell everything" : "run"}`;
    gathering.add("unknown", () => ({
      message,
      asked: null,
      because: alike.slice(0, 1).map(({ why }) => why),
      reasons: [],
      evidence: [],
    }));
  }
  return gathering.result();
}

const flatten = (findings: readonly Finding[]): readonly Finding[] =>
  findings.flatMap((one) => [one, ...flatten(one.consequences)]);
