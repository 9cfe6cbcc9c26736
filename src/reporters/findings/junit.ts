import { escapeXml } from "../../lib/escape-xml.ts";
import { flatten } from "../../operations/count-findings.ts";
import type { FindingsReport, ReportedFinding } from "../../results/findings.ts";
import { cannotSay } from "./headline.ts";
import type { FindingsReporter } from "./reporter.ts";

/** JUnit XML: a test case for each check, failed where it found an error or a warning, skipped where it could not tell. */
export const junit: FindingsReporter = (report) => {
  const found = new Map<string, ReportedFinding[]>();
  for (const one of flatten(report.findings)) found.set(one.check, [...(found.get(one.check) ?? []), one]);
  const failing = [...found.values()].filter((findings) => findings.some(isFailure)).length;
  const unanswered = report.skipped.filter(({ check }) => !found.has(check));
  const gaps = new Map(report.skipped.map(({ check, why }) => [check, why]));
  const cases = [
    ...[...found].map(([check, findings]) => failedCase(check, findings, gaps.get(check))),
    ...report.passed.map((check) => `    <testcase classname="vethscope" name="${escapeXml(check)}"/>`),
    ...unanswered.map(skippedCase),
  ];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<testsuites>",
    `  <testsuite name="${escapeXml(report.snapshot.hostname ?? "vethscope")}" tests="${cases.length}" failures="${failing}" errors="0" skipped="${unanswered.length}">`,
    ...cases,
    ...(report.judged ? [] : [`    <system-err>${escapeXml(cannotSay(report))}</system-err>`]),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
};

const isFailure = ({ severity }: ReportedFinding): boolean => severity !== "info";

function failedCase(check: string, findings: readonly ReportedFinding[], gap: string | undefined): string {
  const failures = findings.filter(isFailure).map((one) => {
    const body = [
      one.message,
      ...one.evidence.map(({ file, line, quote }) => `${file}:${line}: ${quote}`),
      ...(one.fix?.commands ?? []),
    ];
    return `      <failure type="${one.severity}" message="${escapeXml(one.message)}">${body.map(escapeXml).join("\n")}</failure>`;
  });
  const remarks = [
    ...findings.filter((one) => !isFailure(one)).map((one) => one.message),
    ...(gap === undefined ? [] : [`could not tell everything: ${gap}`]),
  ];
  const out = remarks.length === 0 ? [] : [`      <system-out>${remarks.map(escapeXml).join("\n")}</system-out>`];
  return [
    `    <testcase classname="vethscope" name="${escapeXml(check)}">`,
    ...failures,
    ...out,
    "    </testcase>",
  ].join("\n");
}

function skippedCase({ check, why }: FindingsReport["skipped"][number]): string {
  return `    <testcase classname="vethscope" name="${escapeXml(check)}"><skipped message="${escapeXml(why)}"/></testcase>`;
}
