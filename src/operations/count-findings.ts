import type { Severity } from "../checks/check.ts";
import type { FindingsReport, ReportedFinding } from "../results/findings.ts";

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
