import type { FindingsSummary } from "../../../results/analysis.ts";
import { checksRan, nothingFound } from "../../findings/headline.ts";
import { wrap } from "../../text/rows.ts";
import type { Style } from "../../text/style.ts";

/** What the checks found, a sentence each, most severe first. */
export function findingsLines({ ran, skipped, notRun, judged, found }: FindingsSummary, style: Style): string[] {
  const counts = { of: ran + skipped, ran, inPart: skipped - notRun, notRun };
  if (ran + skipped === 0) return [`  ${style.warn("not looked for on so many containers; vethscope check does")}`];
  const rest = `  ${style.warn(`${nothingFound(counts, judged)}; vethscope check says why`)}`;
  if (found.length === 0) return [skipped === 0 ? `  ${style.good(nothingFound(counts, judged))}` : rest];
  const shown = found.flatMap(({ severity, message, check, follow }) => {
    const paint = { error: style.bad, warning: style.warn, info: style.quiet }[severity];
    const more = follow === 0 ? "" : ` ${follow} more ${follow === 1 ? "follows" : "follow"} from it.`;
    const words = `${message}${more} [${check}]`.split(" ").map(style.plain);
    const label = (severity === "info" ? "remark" : severity).padEnd(7);
    return wrap(words, style.width - 11, "", " ").map(
      (line, i) => `  ${i === 0 ? paint(label) : " ".repeat(7)}  ${line}`,
    );
  });
  if (!judged) return [...shown, rest];
  return [...shown, `  ${style.quiet(`${checksRan(counts)}; vethscope check shows evidence and fixes`)}`];
}
