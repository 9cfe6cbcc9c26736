import type { Check } from "../../checks/check.ts";
import type { Example, Examples } from "../../checks/examples/example.ts";
import type { ReportOptions } from "../report-options.ts";
import { wrap } from "../text/rows.ts";
import { styleOf } from "../text/style.ts";

/** The list of all checks for a terminal: severity, id, title. */
export function listChecks(checks: readonly Check[], options: ReportOptions): string {
  const style = styleOf(options);
  const widest = Math.max(0, ...checks.map(({ id }) => id.length));
  const paint = { error: style.bad, warning: style.warn, info: style.quiet };
  const lines = checks.map(
    ({ id, severity, title }) =>
      `${paint[severity](severity.padEnd(7))}  ${style.device(id.padEnd(widest))}  ${style.plain(title)}`,
  );
  return `${lines.join("\n")}\n`;
}

/** One check in full, for a terminal. */
export function explainCheck(check: Check, { bad, good }: Examples, options: ReportOptions): string {
  const style = styleOf(options);
  const prose = (label: string, text: string) => {
    const words = text.split(/\s+/).map(style.plain);
    return wrap(words, style.width - 10, "", " ").map(
      (line, i) => `${style.quiet((i === 0 ? label : "").padEnd(10))}${line}`,
    );
  };
  const examples = (label: string, found: readonly Example[]) =>
    found.flatMap(({ name }, i) => prose(i === 0 ? label : "", name));
  return [
    `${style.title(check.title)} ${style.quiet(`[${check.id}]`)}`,
    ...prose("", `${check.severity}, ${check.sureness}; ${check.category}`),
    ...prose("why", check.why),
    ...prose("fix", check.fix),
    ...prose("needs", needsOf(check)),
    ...examples("found in", bad),
    ...examples("not in", good),
    ...check.sources.flatMap((source, i) => prose(i === 0 ? "sources" : "", source)),
    "",
  ].join("\n");
}

/** What it cannot do without, and what tells a part of it. */
function needsOf({ needs, needsInside, wants = [], wantsInside = [] }: Check): string {
  const inside = (need: Check["needs"][number]) => `${needWords(need)} inside containers`;
  const must = [...needs.map(needWords), ...(needsInside === undefined ? [] : [inside(needsInside)])];
  const part = [...wants.map(needWords), ...wantsInside.map(inside)];
  return `${must.join(", ") || "nothing in particular"}${part.length === 0 ? "" : `; for all of it ${part.join(", ")}`}`;
}

const needWords = (need: Check["needs"][number]): string => (typeof need === "string" ? need : need.join(" or "));

/** All checks as Markdown: `docs/checks.md`. Their texts are the project's own, but names of examples may hold anything. */
export function catalogueMarkdown<Id extends string>(
  checks: readonly (Check & { readonly id: Id })[],
  examples: Readonly<Record<Id, Examples>>,
): string {
  const sections = checks.map((check) =>
    [
      `## ${check.id}`,
      `**${plain(check.title)}** — ${check.severity}, ${check.sureness}; ${check.category}; needs ${needsOf(check)}`,
      plain(check.why),
      `Fix: ${plain(check.fix)}`,
      ["Found in:", ...examples[check.id].bad.map(({ name }) => `- ${plain(name)}`)].join("\n"),
      ["Not in:", ...examples[check.id].good.map(({ name }) => `- ${plain(name)}`)].join("\n"),
      `Sources: ${check.sources.map(plain).join("; ")}`,
    ].join("\n\n"),
  );
  const intro = "Made by `vethscope checks -f markdown`; do not edit. `vethscope explain <id>` prints one of them.";
  return `${["# Checks", intro, ...sections].join("\n\n")}\n`;
}

/** Angle brackets and emphasis would be markup; everything else of these texts is meant as it stands. */
const plain = (text: string): string => text.replace(/[<>*_[\]|]/g, "\\$&").replace(/\s+/g, " ");
