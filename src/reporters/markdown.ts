import type { Analysis } from "../analysis.ts";
import type { CheckReport } from "../checks/check.ts";
import type { FindingsReport, ReportedFinding } from "../findings.ts";
import { escapeTerminal } from "../lib/escape-terminal.ts";
import { formatSource } from "../lib/source.ts";
import { mermaid } from "./mermaid.ts";
import type { Reporter } from "./reporter.ts";
import { pictureOf } from "./svg.ts";

/** The host for a tracker or a wiki: a Mermaid picture, tables, and what the snapshot lacks. */
export const markdown: Reporter = (analysis) => markdownReport(analysis, null);

/** The same with findings, where checks were run. */
export function markdownReport(analysis: Analysis, checked: CheckReport | null): string {
  const { snapshot, publishedPorts, resolvers, quality } = analysis;
  const { subtitle } = pictureOf(analysis);
  const bindings = publishedPorts.map(({ container, hostAddress, hostPort, containerPort, protocol, sources }) => [
    `${hostAddress.includes(":") ? `[${hostAddress}]` : hostAddress}:${hostPort}`,
    `${container}:${containerPort}/${protocol}`,
    sources.slice(0, 2).map(formatSource).join(", "),
  ]);
  const names = resolvers.map(({ isHost, namespace, containers, setup, nameservers, upstreams }) => [
    isHost ? "the host" : containers.length === 0 ? namespace : containers.join(", "),
    setup,
    [...nameservers, ...upstreams].join(", "),
  ]);
  return [
    `# ${inline(snapshot.hostname ?? "host")}`,
    ...(subtitle === "" ? [] : [inline(subtitle)]),
    // Labels hold no backtick, so nothing can close the fence.
    `\`\`\`mermaid\n${mermaid(analysis, { width: 100, color: false })}\`\`\``,
    ...(checked === null ? [] : findingBlocks(checked)),
    ...table("Published ports", ["On the host", "Container", "Read from"], bindings),
    ...table("Name resolution", ["Where", "Set-up", "Servers"], names),
    ...table(
      "Contradictions",
      ["About", "What"],
      quality.contradictions.map(({ subject, message }) => [subject, message]),
    ),
    ...table(
      "Not known",
      ["What", "Why"],
      quality.gaps.map(({ subject, message }) => [subject, message]),
    ),
    ...table(
      "Lines not understood",
      ["Where", "Line", "Why"],
      quality.notes.map(({ file, line, text, why }) => [`${file}:${line}`, text, why]),
    ),
    "",
  ]
    .join("\n\n")
    .trimEnd()
    .concat("\n");
}

/** Findings as Markdown blocks, with their evidence and fixes; consequences one level deeper. */
export function findingBlocks({
  findings,
  skipped,
  passed,
}: Pick<FindingsReport, "findings" | "skipped" | "passed">): string[] {
  const said = `${passed.length} checks found nothing, ${skipped.length} could not tell, or not everything.`;
  return ["## Findings", ...findings.flatMap((finding) => findingBlock(finding, 3)), said];
}

function findingBlock(finding: ReportedFinding, level: number): string[] {
  const { severity, title, message, why, evidence, fix, consequences } = finding;
  const lines = evidence.map((one) => `- ${inline(formatSource(one))}: ${inline(one.quote)}`);
  return [
    `${"#".repeat(Math.min(6, level))} ${severity}: ${inline(title)}`,
    `${inline(message)}\n\n${inline(why)}`,
    ...(lines.length === 0 ? [] : [lines.join("\n")]),
    ...(fix === null
      ? []
      : [`Fix: ${inline(fix.text)}`, ...(fix.commands.length === 0 ? [] : [codeBlock(fix.commands)])]),
    ...consequences.flatMap((one) => findingBlock(one, level + 1)),
  ];
}

/** Commands as they are to be typed, indented: no text can close an indented block. */
const codeBlock = (commands: readonly string[]): string =>
  commands.map((command) => `    ${escapeTerminal(command, 2000)}`).join("\n");

function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const body = rows.map((row) => line(row.map((cell) => inline(cell))));
  return [`## ${title}`, [line(head), line(head.map(() => "---")), ...body].join("\n")];
}

/** Any text as plain text of Markdown, on one line: no markup, no HTML, no link that a tracker would make; cut when it is long. */
export function inline(text: string, longest = 200): string {
  const escaped = escapeTerminal(text, longest).replace(
    /[\\`*_{}[\]()<>#+!|~&$@^=]|(?<=^\s*)[-:.]|(?<=^\s*\d+)[.)](?=\s|$)/g,
    "\\$&",
  );
  // A backslash before a letter is a letter: links of the bare kind are broken by an empty entity instead.
  return escaped.replace(/:\/\//g, ":&#47;&#47;").replace(/\bwww\./gi, (www) => `${www.slice(0, 3)}&#46;`);
}
