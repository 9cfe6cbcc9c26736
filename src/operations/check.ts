import type { Snapshot } from "../captures/snapshot.ts";
import type { Check, CheckReport } from "../checks/check.ts";
import { checks as allChecks } from "../checks/registry.ts";
import { runChecks } from "../checks/run-checks.ts";
import type { Analysis } from "../results/analysis.ts";
import type { FindingsReport, ReportedFinding } from "../results/findings.ts";
import { describeHost, rebuildHost } from "./analyze.ts";
import { flatten } from "./count-findings.ts";

/** Which checks to run, by their ids; all when neither is given. */
export interface CheckChoice {
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
}

/** The checks that a choice names. */
export function chooseChecks({ only, skip }: CheckChoice): readonly Check[] {
  return allChecks.filter(({ id }) => (only === undefined || only.includes(id)) && skip?.includes(id) !== true);
}

/** On a larger host the checks take longer than a glance may; `check` runs them all the same. */
const mostContainersAtAGlance = 300;

/** What `analyze` prints, and what pictures with badges are drawn from: the analysis, and in short what all checks find, unless the host is too large for a glance. */
export function analyzeAndCheck(snapshot: Snapshot): Analysis {
  const host = rebuildHost(snapshot);
  if (host.containers.length > mostContainersAtAGlance) {
    return { ...describeHost(host, snapshot), findings: { ran: 0, skipped: 0, notRun: 0, judged: false, found: [] } };
  }
  const { findings, counts, judged } = runChecks(host, snapshot, allChecks);
  const found = findings.map(({ check: id, severity: grade, sureness, subject, message, evidence, consequences }) => ({
    check: id,
    severity: grade,
    sureness,
    subject,
    message,
    follow: flatten(consequences).length,
    consequences: flatten(consequences).map(({ check: its, severity, subject: about }) => ({
      check: its,
      severity,
      subject: about,
    })),
    sources: evidence.map(({ file, line }) => ({ file, line })),
  }));
  return {
    ...describeHost(host, snapshot),
    findings: {
      ran: counts.ran,
      skipped: counts.inPart + counts.notRun,
      notRun: counts.notRun,
      judged,
      found,
    },
  };
}

/** Runs the checks over a snapshot. */
export function check(snapshot: Snapshot, choice: CheckChoice = {}): FindingsReport {
  const host = rebuildHost(snapshot);
  const report: CheckReport = runChecks(host, snapshot, chooseChecks(choice));
  const { hostname, takenAt } = host.identity;
  return { format: "vethscope-findings", version: 1, snapshot: { hostname, takenAt }, ...report };
}

/**
 * Leaves out the findings that a baseline has already: the same check on the same subject. A new consequence of an old
 * finding stands for itself.
 */
export function withoutKnown(report: FindingsReport, baseline: Pick<FindingsReport, "findings">): FindingsReport {
  const known = new Set(flatten(baseline.findings).map(keyOf));
  const strip = (findings: readonly ReportedFinding[]): ReportedFinding[] =>
    findings.flatMap((one) => {
      const consequences = strip(one.consequences);
      return known.has(keyOf(one)) ? consequences : [{ ...one, consequences }];
    });
  return { ...report, findings: strip(report.findings) };
}

const keyOf = ({ check: id, subject }: ReportedFinding): string => `${id} ${subject.kind} ${subject.name}`;
