import { formatSource } from "../../lib/source.ts";
import type { AssertionReport, AssertionsReport } from "../../results/assertions.ts";
import { type Style, styleOf } from "../text/style.ts";
import { entryLines } from "../trace/lines.ts";
import { type AssertionsOptions, type AssertionsReporter, type Ending, endingOf } from "./reporter.ts";

/** As many problems of an assertion are shown, and lines of each, unless all are asked for. */
const most = { problems: 3, evidence: 1 } as const;

const order: readonly Ending[] = ["failed", "open", "let-pass", "passed"];

/** Assertions for a terminal, those that fail first: what stands against each, and the line that decided. */
export const text: AssertionsReporter = (report, options) => {
  const style = styleOf(options);
  const blocks = order.map((ending) => report.assertions.filter((one) => endingOf(one) === ending));
  return [
    summary(report, style),
    ...blocks.flatMap((found) => {
      const lines = found.flatMap((one) => assertionLines(report.policy, one, options, style));
      return lines.length === 0 ? [] : ["", ...lines];
    }),
    ...hintLines(report, options, style),
    "",
  ].join("\n");
};

function summary({ assertions, questions, snapshot }: AssertionsReport, style: Style): string {
  const count = (ending: Ending) => assertions.filter((one) => endingOf(one) === ending).length;
  const [failed, open, allowed] = [count("failed"), count("open"), count("let-pass")];
  const all = assertions.length;
  const of = `${all} ${all === 1 ? "assertion" : "assertions"}`;
  const words = [
    failed > 0 ? style.bad(`${failed} of ${of} ${failed === 1 ? "fails" : "fail"}`) : "",
    open > 0 ? style.warn(`${failed > 0 ? open : `${open} of ${of}`} cannot be judged`) : "",
    failed + open === 0
      ? style.good(`${all === 1 ? "the assertion holds" : `all ${of} hold`}${allowed > 0 ? " as far as is known" : ""}`)
      : "",
    allowed > 0 ? style.warn(`${allowed} unknown and allowed to be`) : "",
  ];
  const host = snapshot.hostname === null ? "" : `${snapshot.hostname}, `;
  const asked = `${questions} ${questions === 1 ? "question" : "questions"} asked`;
  return `${words.filter((word) => word !== "").join(", ")} ${style.quiet(`(${host}${asked})`)}`;
}

function assertionLines(
  policy: string,
  assertion: AssertionReport,
  { verbose }: AssertionsOptions,
  style: Style,
): readonly string[] {
  const { name, rule, line, problems, more, assumes, notes } = assertion;
  const [mark, paint] = markOf(endingOf(assertion), style);
  const shown = verbose ? problems : problems.slice(0, most.problems);
  const left = problems.length - shown.length + more;
  const quiet = (sentence: string) => entry(sentence, style.quiet, style);
  return [
    ...entryLines(
      {
        text: name,
        ...(name === rule ? {} : { remark: rule }),
        paint,
        where: formatSource({ file: policy, line }),
        indent: 2,
        lead: mark,
      },
      style,
    ),
    ...shown.flatMap((problem) => problemLines(problem, verbose, style)),
    ...(left > 0 ? quiet(`and ${left} more${verbose ? "" : "; -v shows more of them"}`) : []),
    ...notes.flatMap(quiet),
    ...(verbose ? assumes.flatMap((assumed) => quiet(`assumed: ${assumed}`)) : []),
    ...(!verbose && assumes.length > 0
      ? quiet(`${assumes.length} ${assumes.length === 1 ? "thing" : "things"} assumed; -v names them`)
      : []),
  ];
}

function markOf(ending: Ending, style: Style): readonly [string, (text: string) => string] {
  switch (ending) {
    case "failed":
      return [style.bad("✗"), style.bad];
    case "open":
      return [style.warn("?"), style.warn];
    case "let-pass":
      return [style.warn("~"), style.sentence];
    case "passed":
      return [style.good("✓"), style.sentence];
  }
}

function problemLines(
  { message, because, reasons: told, evidence }: AssertionReport["problems"][number],
  verbose: boolean,
  style: Style,
): readonly string[] {
  const lines = verbose ? evidence : evidence.slice(0, most.evidence);
  // What an answer says of a rule is said by the rule itself, with its place.
  const reasons = because.filter((_, i) => !lines.some(({ quote }) => told[i]?.facts["by"] === quote));
  return [
    ...entry(message, style.sentence, style),
    ...reasons.flatMap((why) =>
      entryLines({ text: why, paint: style.sentence, where: "", indent: 6, lead: "" }, style),
    ),
    ...lines.flatMap(({ file, line, quote }) =>
      entryLines({ text: quote, paint: style.quiet, where: formatSource({ file, line }), indent: 6, lead: "" }, style),
    ),
  ];
}

const entry = (sentence: string, paint: (text: string) => string, style: Style): readonly string[] =>
  entryLines({ text: sentence, paint, where: "", indent: 4, lead: "" }, style);

/** How to see the whole way of the first problem that a question shows. */
function hintLines({ assertions }: AssertionsReport, { verbose }: AssertionsOptions, style: Style): readonly string[] {
  if (verbose) return [];
  const asked = assertions
    .filter(({ passes }) => !passes)
    .flatMap(({ problems }) => problems.flatMap((one) => one.asked ?? []));
  const [first] = asked;
  if (first === undefined) return [];
  return ["", style.quiet(`the whole way: vethscope trace SNAPSHOT --from ${first.from} --to ${first.to}`)];
}
