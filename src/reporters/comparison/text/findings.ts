import type { Comparison } from "../../../comparison.ts";
import { formatSource } from "../../../lib/source.ts";
import type { Style } from "../../text/style.ts";
import { entryLines } from "../../trace/lines.ts";
import { bySeverity } from "../summary.ts";
import type { Section } from "./section.ts";

const mostFindings = 12;

/** What the checks find that they did not, and the reverse. */
export function findingSections({ findings }: Comparison, verbose: boolean, style: Style): Section[] {
  return [
    { title: "New findings", lines: findingLines(findings.new, verbose, style, true) },
    { title: "Findings that are gone", lines: findingLines(findings.gone, verbose, style, false) },
  ];
}

function findingLines(
  findings: Comparison["findings"]["new"],
  verbose: boolean,
  style: Style,
  isNew: boolean,
): string[] {
  const sorted = bySeverity(findings);
  const shown = verbose ? sorted : sorted.slice(0, mostFindings);
  const more = sorted.length - shown.length;
  return [
    ...shown.flatMap(({ severity, message, check, sources: [source] }) => {
      const word = severity === "info" ? "remark" : severity;
      const paint = severity === "error" ? style.bad : severity === "warning" ? style.warn : style.plain;
      const where = source === undefined ? "" : `${isNew ? "" : "before "}${formatSource(source)}`;
      const lead = `  ${isNew ? paint(word) : style.quiet(word)}`;
      return entryLines(
        { text: `${message} [${check}]`, paint: isNew ? style.sentence : style.quiet, where, indent: 11, lead },
        style,
      );
    }),
    ...(more > 0 ? [`           ${style.quiet(`and ${more} more; -v shows all`)}`] : []),
  ];
}
