import * as z from "zod";
import type { Analysis } from "./analysis.ts";
import { describeHost, rebuildHost } from "./analyze.ts";
import type { Snapshot } from "./captures/snapshot.ts";
import type { Check, CheckReport, Finding, Severity } from "./checks/check.ts";
import { checks as allChecks } from "./checks/registry.ts";
import { runChecks } from "./checks/run-checks.ts";
import type { DeepReadonly } from "./lib/deep-readonly.ts";

/*
 * What `check` prints as JSON, and what every report of findings is made from: plain data, published as
 * `schema/findings.schema.json`. Members are added in later minor versions and never change their meaning.
 */

const severity = z.enum(["error", "warning", "info"]);

const finding = z.object({
  check: z.string().describe("The check's id: `vethscope explain <id>` tells all about it."),
  severity,
  sureness: z.enum(["proven", "strong", "hint"]),
  category: z.string(),
  title: z.string(),
  subject: z.object({ kind: z.string(), name: z.string() }),
  message: z.string().describe("What is wrong on this host."),
  why: z.string().describe("Why it matters."),
  evidence: z.array(z.object({ file: z.string(), line: z.int(), quote: z.string() })),
  fix: z
    .object({ text: z.string(), commands: z.array(z.string()), cutsTraffic: z.boolean() })
    .nullable()
    .describe("What to do, with this host's names."),
  sources: z.array(z.string()),
  get consequences() {
    return z.array(finding).describe("Findings that follow from this one.");
  },
});

export const findingsSchema = z.object({
  format: z.literal("vethscope-findings"),
  version: z.literal(1),
  snapshot: z.object({ hostname: z.string().nullable(), takenAt: z.string().nullable() }),
  findings: z.array(finding).describe("Most severe first; each with its consequences below it."),
  skipped: z
    .array(
      z.object({
        check: z.string(),
        title: z.string(),
        why: z.string(),
        how: z.string(),
        ran: z
          .boolean()
          .describe("Whether it ran, and could not tell everything; false where it could not run at all."),
        lacks: z
          .array(z.string())
          .describe("Of one that could not run: the commands whose outputs are missing, of alternatives the first."),
      }),
    )
    .describe("Checks that could not run, or not tell everything; some of these have findings, too."),
  passed: z.array(z.string()).describe("Checks that could tell everything and found nothing."),
  counts: z
    .object({
      of: z.int().describe("How many checks were to run: all, or those that --only and --skip leave."),
      ran: z.int().describe("They could tell everything that they look for, whether they found it or not."),
      inPart: z.int().describe("They ran, and could not tell everything."),
      notRun: z.int().describe("Something that they need is missing."),
    })
    .describe(
      "How many checks there were, before a baseline takes findings away. Each is in one of `ran`, `inPart` and `notRun`.",
    ),
  judged: z
    .boolean()
    .describe(
      "Whether the snapshot was enough to say anything of the host: a check told everything, or one found something on it. Where it is false, that nothing was found means nothing.",
    ),
});

/** What is read of an earlier report, whichever version wrote it. */
export const baselineSchema = findingsSchema.pick({ format: true, version: true, findings: true });

export type FindingsReport = DeepReadonly<z.infer<typeof findingsSchema>>;
export type ReportedFinding = FindingsReport["findings"][number];

/** The JSON Schema of a report of findings, as published in `schema/`. */
export const findingsJsonSchema = (): object => z.toJSONSchema(findingsSchema);

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

/** All findings of a report, consequences behind their causes. */
export function flatten(findings: readonly ReportedFinding[]): ReportedFinding[] {
  return findings.flatMap((one) => [one, ...flatten(one.consequences)]);
}

/** How many findings there are of each severity, consequences included. */
export function countSeverities(report: FindingsReport): Readonly<Record<Severity, number>> {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const one of flatten(report.findings)) counts[one.severity]++;
  return counts;
}

/** Whether any finding is at or above a severity. */
export function reaches(report: FindingsReport, threshold: "error" | "warning"): boolean {
  const { error, warning } = countSeverities(report);
  return error > 0 || (threshold === "warning" && warning > 0);
}

// The checks' own type and the published one must not drift apart.
const _same: (one: Finding) => ReportedFinding = (one) => one;
void _same;
