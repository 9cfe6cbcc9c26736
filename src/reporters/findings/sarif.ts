import type { Location, Log, ReportingDescriptor, Result } from "sarif";
import { jsonText } from "../../lib/json-text.ts";
import { flatten } from "../../operations/count-findings.ts";
import type { ReportedFinding } from "../../results/findings.ts";
import { cannotSay } from "./headline.ts";
import type { FindingsReporter } from "./reporter.ts";

const levels = { error: "error", warning: "warning", info: "note" } as const;

/** SARIF 2.1.0 (OASIS): one result a finding, located in the captures, so that code-scanning tools can show it. */
export const sarif: FindingsReporter = (report) => {
  const findings = flatten(report.findings);
  const log: Log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "vethscope", rules: rulesOf(findings) } },
        results: findings.map(toResult),
        invocations: [
          {
            executionSuccessful: report.judged,
            toolExecutionNotifications: [
              ...(report.judged ? [] : [{ level: "error" as const, message: { text: cannotSay(report) } }]),
              ...report.skipped.map(({ check, why, ran }) => ({
                level: ran ? ("note" as const) : ("warning" as const),
                message: { text: `${check} ${ran ? "could not tell everything" : "could not run"}: ${why}` },
              })),
            ],
          },
        ],
      },
    ],
  };
  return jsonText(log);
};

function rulesOf(findings: readonly ReportedFinding[]): ReportingDescriptor[] {
  const rules = new Map(findings.map((one) => [one.check, one]));
  return [...rules.values()].map(({ check, title, why, category, sources }) => ({
    id: check,
    shortDescription: { text: title },
    fullDescription: { text: why },
    properties: { category, sources: [...sources] },
  }));
}

function toResult({ check, severity, message, evidence, fix, subject, sureness }: ReportedFinding): Result {
  const locations = evidence.map(toLocation);
  return {
    ruleId: check,
    level: levels[severity],
    message: { text: fix === null ? message : `${message}\n\nFix: ${[fix.text, ...fix.commands].join("\n")}` },
    locations: locations.slice(0, 1),
    relatedLocations: locations.slice(1),
    partialFingerprints: { subject: `${check}/${subject.kind}/${subject.name}` },
    properties: { sureness, subject },
  };
}

function toLocation({ file, line, quote }: ReportedFinding["evidence"][number]): Location {
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(file) },
      region: { startLine: Math.max(1, line), snippet: { text: quote } },
    },
  };
}

/** A file's path as a relative reference, of which no part is taken for a scheme, a query or a fragment. */
const uriOf = (file: string): string =>
  file
    .split("/")
    // A lone surrogate has no encoding.
    .map((part) => encodeURIComponent(part.replace(/\p{Surrogate}/gu, "\ufffd")))
    .join("/");
