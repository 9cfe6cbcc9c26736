import { formatSource } from "../../../lib/source.ts";
import type { Comparison } from "../../../results/comparison.ts";
import type { Style } from "../../text/style.ts";
import { entryLines } from "../../trace/lines.ts";
import { placeIn } from "../place-in.ts";
import { withConsequences } from "../summary.ts";
import type { Section } from "./section.ts";

const mostFindings = 12;
const mostConsequences = 3;

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
  const groups = withConsequences(findings);
  const shown = verbose ? groups : groups.slice(0, mostFindings);
  const more = groups.slice(shown.length).reduce((sum, { consequences }) => sum + 1 + consequences.length, 0);
  return [
    ...shown.flatMap(
      ({
        finding: {
          severity,
          message,
          check,
          sources: [source],
        },
        consequences,
      }) => {
        const word = severity === "info" ? "remark" : severity;
        const paint = severity === "error" ? style.bad : severity === "warning" ? style.warn : style.plain;
        const where = source === undefined ? "" : placeIn(isNew ? "after" : "before", formatSource(source));
        const lead = `  ${isNew ? paint(word) : style.quiet(word)}`;
        const said = isNew ? style.sentence : style.quiet;
        return [
          ...entryLines({ text: `${message} [${check}]`, paint: said, where, indent: 11, lead }, style),
          ...consequenceLines(consequences, verbose, style),
        ];
      },
    ),
    ...(more > 0 ? [`           ${style.quiet(`and ${more} more; -v shows all`)}`] : []),
  ];
}

function consequenceLines(consequences: Comparison["findings"]["new"], verbose: boolean, style: Style): string[] {
  const shown = verbose ? consequences : consequences.slice(0, mostConsequences);
  const more = consequences.length - shown.length;
  return [
    ...shown.flatMap(({ message, check }) =>
      entryLines(
        { text: `${message} [${check}]`, paint: style.quiet, where: "", indent: 11, lead: "  └ hence  " },
        style,
      ),
    ),
    ...(more > 0 ? [`           ${style.quiet(`and ${more} more that follow from it`)}`] : []),
  ];
}
