import type { AnswerReport } from "../../answer.ts";
import type { ReportOptions } from "../reporter.ts";
import { type Style, styleOf } from "../text/style.ts";
import { entryLines } from "./lines.ts";
import { type Blocker, type Conclusion, conclude } from "./verdict.ts";
import { ruleWhere, wayLines } from "./way.ts";

export interface TraceTextOptions extends ReportOptions {
  /** Show the answer's way back even when it comes back. */
  readonly verbose: boolean;
}

/** One answer as the packet's way, a line a step, and what became of it: the rule to look at stands last. */
export function traceText(answer: AnswerReport, options: TraceTextOptions): string {
  const style = styleOf(options);
  const conclusion = conclude(answer);
  return [
    `${style.title(answer.from ?? "?")} → ${style.title(answer.to ?? "?")}`,
    ...block(wayLines(answer.steps, style)),
    ...replyLines(answer, options.verbose, style),
    ...block(conclusionLines(conclusion, style)),
    ...block(listLines("assumed:", answer.assumes, style)),
    "",
  ].join("\n");
}

/** Lines with an empty one before them. */
const block = (lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : ["", ...lines]);

function replyLines({ reply, verdict }: AnswerReport, verbose: boolean, style: Style): readonly string[] {
  if (reply === null || (reply.verdict === "delivered" && !verbose)) return [];
  const what =
    verdict === "rejected" || verdict === "refused" ? "the refusal, on its way back:" : "the answer, on its way back:";
  return [...block([style.title(what)]), ...wayLines(reply.steps, style)];
}

function conclusionLines({ kind, sentence, details, blocked }: Conclusion, style: Style): string[] {
  const [mark, paint] = {
    good: ["✓", style.good] as const,
    half: ["!", style.warn] as const,
    bad: ["✗", style.bad] as const,
    open: ["?", style.warn] as const,
  }[kind];
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
