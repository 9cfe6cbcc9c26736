import { escapeTerminal } from "../../lib/escape-terminal.ts";
import { several } from "../../lib/several.ts";
import { countSeverities } from "../../operations/count-findings.ts";
import type { ReportedFinding } from "../../results/findings.ts";
import { wrap } from "../text/rows.ts";
import { type Style, styleOf } from "../text/style.ts";
import { byReason, checksRan, neededBy, nothingFound } from "./headline.ts";
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
  const { counts, judged, skipped } = report;
  const { error, warning, info } = countSeverities(report);
  const words = [
    ...(error === 0 ? [] : [style.bad(several(error, "error"))]),
    ...(warning === 0 ? [] : [style.warn(several(warning, "warning"))]),
    ...(info === 0 ? [] : [style.plain(several(info, "remark"))]),
  ].join(", ");
  if (!judged) return [...(words === "" ? [] : [words]), ...cannotSayLines(report, style)].join("\n");
  if (words !== "") return `${words} ${style.quiet(`(${checksRan(counts)})`)}`;
  return (skipped.length === 0 ? style.good : style.warn)(nothingFound(counts, judged));
}

function cannotSayLines(report: Parameters<FindingsReporter>[0], style: Style): string[] {
  const { commands, runs, why } = neededBy(report);
  const said = nothingFound(report.counts, false);
  if (commands.length === 0) return prose(`${said}; ${why}`, style, "", style.warn);
  return [
    style.warn(
      `${said}; needs what ${commands.length === 1 ? "this prints" : "these print"} (${runs} could run then):`,
    ),
    ...commands.map((command) => commandLine(command, 4, style)),
    ...prose("vethscope collect prints the script that takes it all at once.", style, "  ", style.plain),
  ];
}

function findingLines(finding: ReportedFinding, style: Style): string[] {
  // A fix names settings in one long word, which is never cut.
  const body = (label: string, words: string, paint = style.sentence) =>
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
    ...fix.commands.map((command) => commandLine(command, 13, style)),
  ];
}

/** A command is there to be pasted: it is never wrapped, and never cut. */
const commandLine = (command: string, indent: number, style: Style): string =>
  `${" ".repeat(indent)}${style.device("$")} ${escapeTerminal(command, command.length)}`;

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
  return [
    "",
    style.title(`${several(skipped.length, "check")} could not tell, or not everything`),
    ...byReason(skipped).flatMap(({ why, how, checks }) => [
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
