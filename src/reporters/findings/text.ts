import { countSeverities, type ReportedFinding } from "../../findings.ts";
import { escapeTerminal } from "../../lib/escape-terminal.ts";
import { wrap } from "../text/rows.ts";
import { type Style, styleOf } from "../text/style.ts";
import type { FindingsReporter } from "./reporter.ts";

/** As many lines of evidence are shown for each finding; the JSON has all. */
const mostEvidence = 5;
const mostConsequences = 12;

/** Findings for a terminal, most severe first; what follows from one stands below it. */
export const text: FindingsReporter = (report, options) => {
  const style = styleOf(options);
  return [
    summary(report, style),
    ...report.findings.flatMap((one) => ["", ...findingLines(one, style)]),
    ...skippedLines(report, style),
    "",
  ].join("\n");
};

function summary(report: Parameters<FindingsReporter>[0], style: Style): string {
  const { error, warning, info } = countSeverities(report);
  const ran = report.passed.length + new Set(report.findings.map(({ check }) => check)).size;
  const words = [
    count(error, "error", style.bad),
    count(warning, "warning", style.warn),
    count(info, "remark", style.plain),
  ].filter((word) => word !== "");
  const found = words.length === 0 ? style.good("nothing found") : words.join(", ");
  const skipped = report.skipped.length === 0 ? "" : `, ${report.skipped.length} skipped`;
  return `${found} ${style.quiet(`(${ran} checks ran${skipped})`)}`;
}

const count = (number: number, word: string, paint: (text: string) => string): string =>
  number === 0 ? "" : paint(`${number} ${word}${number === 1 ? "" : "s"}`);

function findingLines(finding: ReportedFinding, style: Style): string[] {
  const body = (label: string, words: string, paint = style.plain) =>
    prose(words, style, `  ${label.padEnd(9)}`, paint);
  const evidence = finding.evidence
    .slice(0, mostEvidence)
    .map(({ file, line, quote }) => [`${file}:${line}`, quote] as const);
  const widest = Math.max(0, ...evidence.map(([place]) => place.length));
  const more = finding.evidence.length - evidence.length;
  return [
    `${severityWord(finding, style)} ${style.title(finding.title)} ${style.quiet(`[${finding.check}]`)}`,
    ...prose(finding.message, style, "  ", style.plain),
    ...body("why", finding.why, style.quiet),
    ...evidence.map(([place, quote], i) =>
      `  ${(i === 0 ? "seen at" : "").padEnd(9)}${style.device(place.padEnd(widest))}  ${style.quiet(cut(quote, style.width - widest - 13))}`.trimEnd(),
    ),
    ...(more > 0 ? [`           ${style.quiet(`and ${more} more`)}`] : []),
    ...fixLines(finding, style, body),
    ...consequenceLines(finding, style),
  ];
}

function severityWord({ severity, sureness }: ReportedFinding, style: Style): string {
  const sure = sureness === "proven" ? "" : sureness === "strong" ? " (likely)" : " (a hint)";
  const paint = severity === "error" ? style.bad : severity === "warning" ? style.warn : style.plain;
  return paint(`${severity === "info" ? "remark" : severity}${sure}`);
}

function fixLines({ fix }: ReportedFinding, style: Style, body: (label: string, words: string) => string[]): string[] {
  if (fix === null) return [];
  return [
    ...body("fix", `${fix.text}${fix.cutsTraffic ? " (cuts running connections)" : ""}`),
    // A command is there to be pasted: it is never wrapped, and never cut.
    ...fix.commands.map((command) => `             ${style.device("$")} ${escapeTerminal(command, command.length)}`),
  ];
}

function consequenceLines({ consequences }: ReportedFinding, style: Style): string[] {
  const shown = consequences.slice(0, mostConsequences);
  const more = consequences.length - shown.length;
  return [
    ...shown.flatMap((one) => prose(`${one.message} [${one.check}]`, style, "  └ hence  ", style.plain)),
    ...(more > 0 ? [`           ${style.quiet(`and ${more} more that follow from it`)}`] : []),
  ];
}

function skippedLines({ skipped }: Parameters<FindingsReporter>[0], style: Style): string[] {
  if (skipped.length === 0) return [];
  const reasons = new Map<string, { how: string; checks: string[] }>();
  for (const { check, why, how } of skipped) {
    const known = reasons.get(why) ?? { how, checks: [] };
    known.checks.push(check);
    reasons.set(why, known);
  }
  return [
    "",
    style.title(`${skipped.length} ${skipped.length === 1 ? "check" : "checks"} skipped, or in part`),
    ...[...reasons].flatMap(([why, { how, checks }]) => [
      ...prose(`${why}; to find out: ${how}`, style, "  ", style.warn),
      ...wrap(
        checks.map((check) => style.quiet(check)),
        style.width - 4,
        "",
        " ",
      ).map((line) => `    ${line}`),
    ]),
  ];
}

/** A quote as far as it fits on its line: the place says where to read on. */
const cut = (quote: string, width: number): string => {
  const plain = quote.replaceAll("\t", " ");
  return plain.length <= Math.max(24, width) ? plain : `${plain.slice(0, Math.max(24, width) - 1)}…`;
};

/** A sentence in lines of the terminal's width, the first behind `start`, the others as far in. */
function prose(sentence: string, style: Style, start: string, paint: (text: string) => string): string[] {
  const words = sentence.split(/\s+/).map((word) => paint(word));
  return wrap(words, style.width - start.length, "", " ").map(
    (line, i) => `${i === 0 ? start : " ".repeat(start.length)}${line}`,
  );
}
