import type { Snapshot } from "../captures/snapshot.ts";
import { groupBy } from "../lib/group-by.ts";
import { splitLines } from "../lib/lines.ts";
import { byNaturalName } from "../lib/order.ts";
import { formatSource, type Source } from "../lib/source.ts";
import type { Host } from "../model/host.ts";
import { type Answer, isOpen, QuestionError } from "../trace/answer.ts";
import { inWords, makeTracer, type ValueQuestion } from "../trace/trace.ts";
import type {
  Check,
  CheckContext,
  CheckReport,
  Evidence,
  Finding,
  Observation,
  Severity,
  Skip,
  Skipped,
  Subject,
} from "./check.ts";
import { printFix } from "./print-fix.ts";
import { missingNeed, missingWants, skippedBy, skipReason } from "./skip.ts";

/** Runs checks over a host. `snapshot` is what the host was rebuilt from: the quotes come from it. */
export function runChecks(host: Host, snapshot: Snapshot, checks: readonly Check[]): CheckReport {
  const run = runStepwise(host, snapshot, checks);
  for (;;) {
    const step = run.next();
    if (step.done === true) return step.value;
  }
}

/** The same, with a pause before each check: whoever has other things to do, too, does them then. */
export function* runStepwise(host: Host, snapshot: Snapshot, checks: readonly Check[]): Generator<void, CheckReport> {
  const context = makeContext(host);
  const quote = quoteFrom(snapshot);
  const skipped: Skipped[] = [];
  const passed: string[] = [];
  const found: { readonly finding: Finding; readonly observation: Observation }[] = [];
  for (const check of checks) {
    yield;
    const gap = missingNeed(check, host);
    if (gap !== null) {
      skipped.push(gap);
      continue;
    }
    const { observations, skips } = runCheck(check, context);
    for (const observation of observations) found.push({ finding: toFinding(check, observation, quote), observation });
    const untold = skippedBy(check, skips);
    if (untold !== null) skipped.push(untold);
    else if (observations.length === 0) passed.push(check.id);
  }
  const notRun = skipped.filter(({ ran }) => !ran).length;
  const inPart = skipped.length - notRun;
  return {
    findings: groupByCause(found).toSorted(bySeverity),
    skipped,
    passed,
    counts: { of: checks.length, ran: checks.length - skipped.length, inPart, notRun },
    judged: skipped.length < checks.length || found.some(({ finding }) => finding.category !== "snapshot"),
  };
}

/** Runs one check; what the trace engine could not answer it could not tell. */
function runCheck(check: Check, context: CheckContext) {
  const observations: Observation[] = [];
  const skips: Skip[] = [...missingWants(check, context.host)];
  const ask = (question: ValueQuestion): Answer | null => {
    const answer = context.ask(question);
    if (answer !== null && isOpen(answer.verdict)) skips.push(...answer.because.map(skipReason));
    return answer;
  };
  for (const one of check.run({ ...context, ask })) {
    if ("skip" in one) skips.push(one);
    else observations.push(one);
  }
  return { observations, skips };
}

function makeContext(host: Host): CheckContext {
  const { dataplane, trace } = makeTracer(host);
  const answers = new Map<string, Answer | null>();
  const ask = (question: ValueQuestion): Answer | null => {
    const key = JSON.stringify(inWords(question));
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = askOnce(() => trace(question));
    answers.set(key, answer);
    return answer;
  };
  return { host, dataplane, ask };
}

function askOnce(ask: () => Answer): Answer | null {
  try {
    return ask();
  } catch (error) {
    if (error instanceof QuestionError) return null;
    throw error;
  }
}

function toFinding(check: Check, observation: Observation, quote: (source: Source) => string): Finding {
  const seen = new Map(observation.evidence.map((source) => [formatSource(source), source]));
  const evidence: Evidence[] = [...seen.values()].map((source) => ({ ...source, quote: quote(source) }));
  return {
    check: check.id,
    severity: observation.severity ?? check.severity,
    sureness: observation.sureness ?? check.sureness,
    category: check.category,
    title: check.title,
    subject: observation.subject,
    message: observation.message,
    why: check.why,
    evidence,
    fix: observation.fix === undefined ? null : printFix(observation.fix),
    sources: check.sources,
    consequences: [],
  };
}

/** Puts each finding under the one that it says it follows from, if that one is there; causes that name each other stay apart. */
function groupByCause(
  found: readonly { readonly finding: Finding; readonly observation: Observation }[],
): readonly Finding[] {
  const findings = found.map(({ finding }) => finding);
  const ofCheck = groupBy(findings, ({ check }) => check);
  const about = groupBy(findings, ({ check, subject }) => placeOf(check, subject));
  const parents = new Map<Finding, Finding>();
  for (const { finding, observation } of found) {
    for (const { check, subject } of observation.causedBy ?? []) {
      const possible = subject === undefined ? ofCheck.get(check) : about.get(placeOf(check, subject));
      const cause = possible?.find((other) => other !== finding);
      if (cause === undefined || leadsTo(cause, finding, parents)) continue;
      parents.set(finding, cause);
      break;
    }
  }
  const following = groupBy(findings, (finding) => parents.get(finding));
  const withConsequences = (finding: Finding): Finding => ({
    ...finding,
    consequences: (following.get(finding) ?? []).map(withConsequences).toSorted(bySeverity),
  });
  return (following.get(undefined) ?? []).map(withConsequences);
}

function leadsTo(from: Finding, to: Finding, parents: ReadonlyMap<Finding, Finding>): boolean {
  for (let at: Finding | undefined = from; at !== undefined; at = parents.get(at)) if (at === to) return true;
  return false;
}

const placeOf = (check: string, { kind, name }: Subject): string => `${check} ${kind} ${name}`;

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

function bySeverity(a: Finding, b: Finding): number {
  return (
    rank[a.severity] - rank[b.severity] ||
    byNaturalName(a.check, b.check) ||
    byNaturalName(a.subject.name, b.subject.name) ||
    byNaturalName(a.message, b.message)
  );
}

/** Quotes are for recognising a line, not for reading a whole file in one. */
const longestQuote = 400;

/**
 * Gives the line of a capture at a source; the lines of a file are split when the first one is asked for. An opening bracket of
 * JSON alone says nothing: then the next line comes with it.
 */
function quoteFrom(snapshot: Snapshot): (source: Source) => string {
  const files = new Map<string, ReadonlyMap<number, string>>();
  const linesOf = (file: string): ReadonlyMap<number, string> => {
    const known = files.get(file);
    if (known !== undefined) return known;
    const lines = snapshot.captures.flatMap((capture) =>
      "text" in capture && capture.file === file ? splitLines(capture.text, capture.firstLine) : [],
    );
    const split = new Map(lines.map(({ number, text }) => [number, text]));
    files.set(file, split);
    return split;
  };
  return ({ file, line }) => {
    const lines = linesOf(file);
    const text = (lines.get(line) ?? "").trim();
    const more = /^[[{(]+$/.test(text) ? ` ${(lines.get(line + 1) ?? "").trim()} …` : "";
    return `${text}${more}`.slice(0, longestQuote);
  };
}
