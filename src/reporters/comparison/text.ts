import { several } from "../../lib/several.ts";
import type { Comparison } from "../../results/comparison.ts";
import { wrap } from "../text/rows.ts";
import { type Style, styleOf } from "../text/style.ts";
import type { ComparisonReporter } from "./reporter.ts";
import { isEqual, leftOutWords, summaryParts } from "./summary.ts";
import { findingSections } from "./text/findings.ts";
import { flowSections } from "./text/flows.ts";
import { incomparableLines } from "./text/incomparable.ts";
import { ruleLines } from "./text/rules.ts";
import type { Section } from "./text/section.ts";
import { thingLines } from "./text/things.ts";

/** What a change did, for a terminal: in one line, then by how much it matters to people. */
export const text: ComparisonReporter = (comparison, options) => {
  const style = styleOf(options);
  const { verbose } = options;
  const sections: readonly Section[] = [
    ...flowSections(comparison, options, style),
    ...findingSections(comparison, verbose, style),
    { title: "Things", lines: thingLines(comparison, verbose, style) },
    { title: "Rules", lines: ruleLines(comparison, verbose, style) },
    { title: "Could not be compared", lines: incomparableLines(comparison, verbose, style) },
  ];
  const left = leftOutWords(comparison);
  return [
    ...headLines(comparison, style),
    ...sections.flatMap(({ title, lines }) => (lines.length === 0 ? [] : ["", style.title(title), ...lines])),
    ...(left === "" ? [] : ["", style.quiet(left)]),
    "",
  ].join("\n");
};

function headLines(comparison: Comparison, style: Style): string[] {
  const { before, after, summary, incomparable } = comparison;
  if (isEqual(comparison)) {
    const open = incomparable.length === 0 ? "" : " in what could be compared";
    return [
      `${style.good(`no ${summary.ignored > 0 ? "other " : ""}change${open}`)} ${style.quiet(`(${several(summary.flows.compared, "flow")} asked on both sides)`)}`,
    ];
  }
  const parts = summaryParts(comparison).map(({ text }) => text);
  const words = parts.flatMap((part, i) => {
    const paint = /^lost |\berrors?\b/.test(part) ? style.bad : style.strong;
    return [...part.split(" ").map(paint), ...(i === parts.length - 1 ? [] : ["·"])];
  });
  return [
    ...wrap(words, style.width, "  ", " "),
    ...snapshotLines(snapshotWords(before), snapshotWords(after)).flatMap((line) =>
      wrap(line.split(" ").map(style.quiet), style.width, "        ", " "),
    ),
  ];
}

/** Hand-made snapshots do not say much of themselves. */
function snapshotLines(before: string, after: string): string[] {
  if (before === after) return before === "" ? [] : [`before and after: ${before}`];
  return [`before: ${before || "nothing is known of it"}`, `after:  ${after || "nothing is known of it"}`];
}

/** `web1 · taken 2026-01-01T00:00:00Z · Docker 28.5.2` */
const snapshotWords = ({ hostname, takenAt, engine, kernel }: Comparison["before"]): string =>
  [
    hostname,
    takenAt === null ? null : `taken ${takenAt}`,
    engine === null ? null : `Docker ${engine}`,
    kernel === null ? null : `Linux ${kernel}`,
  ]
    .filter((word) => word !== null)
    .join(" · ");
