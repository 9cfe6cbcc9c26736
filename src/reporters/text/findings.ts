import type { FindingsSummary } from "../../analysis.ts";
import { wrap } from "./rows.ts";
import type { Style } from "./style.ts";

/** What the checks found, a sentence each, most severe first. */
export function findingsLines({ ran, skipped, found }: FindingsSummary, style: Style): string[] {
  const counted = `${ran} ${ran === 1 ? "check" : "checks"} ran${skipped === 0 ? "" : `, ${skipped} were skipped`}`;
  if (ran + skipped === 0) return [`  ${style.warn("not looked for on so many containers; vethscope check does")}`];
  if (found.length === 0) return [`  ${style.good("nothing found")} ${style.quiet(`(${counted})`)}`];
  const shown = found.flatMap(({ severity, message, check, follow }) => {
    const paint = { error: style.bad, warning: style.warn, info: style.quiet }[severity];
    const more = follow === 0 ? "" : ` ${follow} more ${follow === 1 ? "follows" : "follow"} from it.`;
    const words = `${message}${more} [${check}]`.split(" ").map(style.plain);
    const label = (severity === "info" ? "remark" : severity).padEnd(7);
    return wrap(words, style.width - 11, "", " ").map(
      (line, i) => `  ${i === 0 ? paint(label) : " ".repeat(7)}  ${line}`,
    );
  });
  return [...shown, `  ${style.quiet(`${counted}; vethscope check shows evidence and fixes`)}`];
}
