import type { AnswerReport } from "../../results/answer.ts";
import type { ReportOptions } from "../report-options.ts";
import { type Style, styleOf } from "../text/style.ts";
import { entryLines } from "./lines.ts";
import { type Blocker, type Conclusion, conclude } from "./verdict.ts";
import { ruleWhere, wayLines } from "./way.ts";
import { decidingPlace, wayLinesOf } from "./ways.ts";

export interface TraceTextOptions extends ReportOptions {
  /** Show the answer's way back even when it comes back. */
  readonly verbose: boolean;
}

/** One answer as the packet's way, a line a step, and what became of it: the rule to look at stands last. */
export function traceText(answer: AnswerReport, options: TraceTextOptions): string {
  const style = styleOf(options);
  const conclusion = conclude(answer);
  return [
    asked(answer, style),
    ...waysBlock(answer, style),
    ...block(wayLines(answer.steps, style)),
    ...replyLines(answer, options.verbose, style),
    ...block(conclusionLines(conclusion, style)),
    ...block(listLines("assumed:", answer.assumes, style)),
    "",
  ].join("\n");
}

const asked = ({ from, to }: Pick<AnswerReport, "from" | "to">, style: Style): string =>
  `${style.title(from ?? "?")} → ${style.title(to ?? "?")}`;

/** Each way that a name stands for with its end; then which of them is followed below. */
function waysBlock(answer: AnswerReport, style: Style): readonly string[] {
  const lines = wayLinesOf(answer).flatMap(({ kind, place, end }) => {
    const [mark, tone] = marks[kind];
    return entryLines(
      { text: `${place}: ${end}`, paint: style.sentence, where: "", indent: 4, lead: `  ${style[tone](mark)}` },
      style,
    );
  });
  const deciding = decidingPlace(answer);
  return [...lines, ...(deciding === null ? [] : ["", style.strong(`the way that decides, ${deciding}:`)])];
}

/** Lines with an empty one before them. */
const block = (lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : ["", ...lines]);

function replyLines({ reply, verdict }: AnswerReport, verbose: boolean, style: Style): readonly string[] {
  if (reply === null || (reply.verdict === "delivered" && !verbose)) return [];
  const what =
    verdict === "rejected" || verdict === "refused" ? "the refusal, on its way back:" : "the answer, on its way back:";
  return [...block([style.title(what)]), ...wayLines(reply.steps, style)];
}

const marks = { good: ["✓", "good"], half: ["!", "warn"], bad: ["✗", "bad"], open: ["?", "warn"] } as const;

function conclusionLines({ kind, sentence, details, blocked }: Conclusion, style: Style): string[] {
  const [mark, tone] = marks[kind];
  const paint = style[tone];
  return [
    ...line(sentence, paint, paint(mark), style),
    ...(blocked === null ? [] : blockedLines(blocked, style)),
    ...details.flatMap((detail) => line(detail, style.sentence, "", style)),
  ];
}

function blockedLines({ text, rule, where }: Blocker, style: Style): string[] {
  const place = rule === null ? where : ruleWhere(rule);
  return entryLines({ text, paint: style.sentence, where: place, indent: 4, lead: "" }, style);
}

function listLines(title: string, items: readonly string[], style: Style): string[] {
  if (items.length === 0) return [];
  return [style.quiet(title), ...items.flatMap((item) => line(item, style.quiet, "-", style))];
}

const line = (text: string, paint: (text: string) => string, lead: string, style: Style): string[] =>
  entryLines({ text, paint, where: "", indent: 2, lead }, style);
