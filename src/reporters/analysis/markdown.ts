import type { CheckReport } from "../../checks/check.ts";
import { escapeTerminal } from "../../lib/escape-terminal.ts";
import { formatSource } from "../../lib/source.ts";
import type { Analysis } from "../../results/analysis.ts";
import type { FindingsReport, ReportedFinding } from "../../results/findings.ts";
import { checksRan, neededBy, nothingFound } from "../findings/headline.ts";
import { inline } from "../markdown-text.ts";
import { reportTables, type TextTable } from "../text/tables.ts";
import { mermaid } from "./mermaid.ts";
import type { Reporter } from "./reporter.ts";
import { pictureOf } from "./svg.ts";

/** The host for a tracker or a wiki: a Mermaid picture, tables, and what the snapshot lacks. */
export const markdown: Reporter = (analysis) => markdownReport(analysis, null);

/** The same with findings, where checks were run. */
export function markdownReport(analysis: Analysis, checked: CheckReport | null): string {
  const { subtitle } = pictureOf(analysis);
  return [
    `# ${inline(analysis.snapshot.hostname ?? "host")}`,
    ...(subtitle === "" ? [] : [inline(subtitle)]),
    // Labels hold no backtick, so nothing can close the fence.
    `\`\`\`mermaid\n${mermaid(analysis, { width: 100, color: false })}\`\`\``,
    ...(checked === null ? [] : findingBlocks(checked)),
    ...reportTables(analysis).map(tableBlock),
    "",
  ]
    .join("\n\n")
    .trimEnd()
    .concat("\n");
}

type Checked = Pick<FindingsReport, "findings" | "skipped" | "counts" | "judged">;

/** Findings as Markdown blocks, with their evidence and fixes; consequences one level deeper. */
export function findingBlocks(report: Checked): string[] {
  const { findings, counts, judged } = report;
  const said = judged ? [`${findings.length > 0 ? checksRan(counts) : nothingFound(counts, judged)}.`] : unsaid(report);
  return ["## Findings", ...findings.flatMap((finding) => findingBlock(finding, 3)), ...said];
}

/** That nothing can be said, and the commands that would change that. */
function unsaid(report: Checked): string[] {
  const { commands, runs, why } = neededBy(report);
  const said = nothingFound(report.counts, false);
  if (commands.length === 0) return [`${said}; ${inline(why, longestSentence)}`];
  return [`${said}; needs what these print (${runs} could run then):`, codeBlock(commands)];
}

function findingBlock(finding: ReportedFinding, level: number): string[] {
  const { severity, title, message, why, evidence, fix, consequences } = finding;
  const lines = evidence.map((one) => `- ${inline(formatSource(one))}: ${inline(one.quote)}`);
  return [
    `${"#".repeat(Math.min(6, level))} ${severity}: ${inline(title)}`,
    `${inline(message, longestSentence)}\n\n${inline(why, longestSentence)}`,
    ...(lines.length === 0 ? [] : [lines.join("\n")]),
    ...(fix === null
      ? []
      : [`Fix: ${inline(fix.text, longestSentence)}`, ...(fix.commands.length === 0 ? [] : [codeBlock(fix.commands)])]),
    ...consequences.flatMap((one) => findingBlock(one, level + 1)),
  ];
}

/** What a finding says is read as a whole: only names in it are short. */
const longestSentence = 4000;

/** Commands as they are to be typed, indented: no text can close an indented block. */
const codeBlock = (commands: readonly string[]): string =>
  commands.map((command) => `    ${escapeTerminal(command, command.length)}`).join("\n");

function tableBlock({ title, headings, rows }: TextTable): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const body = rows.map((row) => line(row.map((cell) => inline(cell))));
  return [`## ${title}`, "", line(headings), line(headings.map(() => "---")), ...body].join("\n");
}
