import { groupBy } from "../../../lib/group-by.ts";
import { several } from "../../../lib/several.ts";
import type { Comparison, FlowReport } from "../../../results/comparison.ts";
import { type Style, styleOf } from "../../text/style.ts";
import { entryLines } from "../../trace/lines.ts";
import { traceText } from "../../trace/text.ts";
import { type FlowGroup, type FlowRow, flowGroups } from "../flow-groups.ts";
import { flowTitles, headline, sentence } from "../flow-sentences.ts";
import type { ComparisonOptions } from "../reporter.ts";
import type { Section } from "./section.ts";

const mostGroups = 12;
const mostRows = 6;
const mostEffects = 2;
/** Names and addresses in one list. */
const mostNamed = 4;

/** The flows that are not as they were, a section a kind: each reason with whom it concerns. */
export function flowSections(comparison: Comparison, options: ComparisonOptions, style: Style): Section[] {
  return [...groupBy(flowGroups(comparison, options.verbose), ({ kind }) => kind)].map(([kind, groups]) => {
    const shown = options.verbose ? groups : groups.slice(0, mostGroups);
    const flows = groups.reduce((sum, group) => sum + group.flows, 0);
    const rest = groups.slice(shown.length);
    return {
      title: `${flowTitles[kind]} (${several(flows, "flow")})`,
      lines: [
        ...shown.flatMap((group) => groupLines(group, options, style)),
        ...moreLines(
          rest.reduce((sum, group) => sum + group.flows, 0),
          `for ${several(rest.length, "other reason")}`,
          style,
        ),
      ],
    };
  });
}

const moreLines = (flows: number, why: string, style: Style): string[] =>
  flows === 0 ? [] : [`    ${style.quiet(`and ${several(flows, "more flow")} ${why}; -v shows all`)}`];

function groupLines(group: FlowGroup, options: ComparisonOptions, style: Style): string[] {
  const { kind, reason, rows } = group;
  const paint = kind === "lost" ? style.bad : kind === "gained" ? style.warn : style.sentence;
  const shown = options.verbose ? rows : rows.slice(0, mostRows);
  const rest = rows.slice(shown.length);
  return [
    ...entryLines({ text: headline(group), paint, where: reason.where, indent: 4, lead: `  ${marks[kind]}` }, style),
    ...detailLines(group, options.verbose, style),
    ...shown.flatMap((row) => rowLines(kind, row, options, style)),
    ...moreLines(
      rest.reduce((sum, row) => sum + row.flows, 0),
      "of the kind",
      style,
    ),
  ];
}

/** The rule that decides, or what a change does to the packets. */
function detailLines({ reason, effects }: FlowGroup, verbose: boolean, style: Style): string[] {
  const details = effects.length > 0 ? effects : reason.rule === null ? [] : [reason.rule];
  const shown = verbose ? details : details.slice(0, mostEffects);
  const more = details.length - shown.length;
  return [
    ...shown.flatMap((text) => entryLines({ text, paint: style.quiet, where: "", indent: 6, lead: "" }, style)),
    ...(more > 0 ? [`      ${style.quiet(`and ${several(more, "other effect")}`)}`] : []),
  ];
}

const marks: Readonly<Record<FlowReport["kind"], string>> = {
  lost: "✗",
  gained: "+",
  "answered-by-another": "≠",
  "seen-differently": "≠",
  "fails-differently": "≠",
};

function rowLines(kind: FlowReport["kind"], row: FlowRow, options: ComparisonOptions, style: Style): string[] {
  const { verbose } = options;
  const text = sentence(kind, row, verbose ? Number.POSITIVE_INFINITY : mostNamed);
  const lines = entryLines({ text, paint: style.sentence, where: "", indent: 4, lead: "" }, style);
  if (!verbose) return lines;
  return [...lines, ...traceLines("before", row.example, options), ...traceLines("after", row.example, options)];
}

/** How one of the attempts of a row goes, on a side. */
function traceLines(side: "before" | "after", flow: FlowReport, options: ComparisonOptions): string[] {
  const { answer } = flow[side];
  const style = styleOf(options);
  if (answer === null) return [`      ${style.quiet(`${side}: there is nobody to ask, or nobody to be asked`)}`];
  const trace = traceText(answer, { ...options, width: options.width - 8, verbose: false });
  const lines = trace.trimEnd().split("\n");
  return [`      ${style.quiet(`${side}:`)}`, ...lines.map((line) => (line === "" ? "" : `        ${line}`)), ""];
}
