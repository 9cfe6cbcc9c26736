import { type VerdictCode, verdictCodes } from "../../reasons/verdict-codes.ts";
import type { ReportOptions } from "../report-options.ts";
import { wrap } from "../text/rows.ts";
import { styleOf } from "../text/style.ts";

export const isVerdictCode = (text: string): text is VerdictCode => Object.hasOwn(verdictCodes, text);

/** One code of an answer in full, for a terminal. */
export function explainCode(code: VerdictCode, options: ReportOptions): string {
  const style = styleOf(options);
  const { verdict, means, look } = verdictCodes[code];
  const prose = (label: string, text: string) =>
    wrap(text.split(/\s+/).map(style.plain), style.width - 10, "", " ").map(
      (line, i) => `${style.quiet((i === 0 ? label : "").padEnd(10))}${line}`,
    );
  return [
    style.title(code),
    ...prose("verdict", verdict),
    ...prose("means", means),
    ...prose("look at", look),
    "",
  ].join("\n");
}

/** All codes as Markdown: `docs/verdicts.md`. The texts are the project's own. */
export function verdictCodesMarkdown(): string {
  const intro =
    "What the `code` of an answer says beside its verdict (`vethscope trace -f json`), for programs. `vethscope explain <code>` prints one of them. Later versions only add codes.";
  const sections = Object.entries(verdictCodes).map(([code, { verdict, means, look }]) =>
    [`## ${code}`, `Verdict: ${verdict}`, means, `Look at: ${look}`].join("\n\n"),
  );
  return `${["# Verdict codes", intro, ...sections].join("\n\n")}\n`;
}
