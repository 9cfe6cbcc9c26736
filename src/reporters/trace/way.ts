import { several } from "../../lib/several.ts";
import { formatSource } from "../../lib/source.ts";
import { padTo, textWidth } from "../../lib/text-width.ts";
import type { RuleReport, StepReport } from "../../results/answer.ts";
import type { Style } from "../text/style.ts";
import { entryLines } from "./lines.ts";

/** Namespaces have a column of their own, as wide as their names but not wider than this. */
const widestNamespace = 20;

/** The packet's way, one entry a step; a namespace is named where the packet enters it. */
export function wayLines(steps: readonly StepReport[], style: Style): string[] {
  const shown = steps.filter((step, i) => !repeatsHook(step, steps[i - 1]));
  const names = shown.map(({ namespace }) => style.container(namespace));
  const column = Math.min(widestNamespace, Math.max(0, ...names.map(textWidth))) + 4;
  return shown.flatMap((step, i) => {
    const entering = step.namespace !== shown[i - 1]?.namespace;
    const name = entering ? `  ${names[i] ?? ""}` : "";
    // A longer name takes a line for itself.
    if (textWidth(name) > column - 2) return [name, ...stepLines(step, "", column, style)];
    return stepLines(step, padTo(name, column), column, style);
  });
}

/** "dropped by …" after a table that has just said so. */
function repeatsHook({ kind }: StepReport, before: StepReport | undefined): boolean {
  const ended = before?.hook?.verdict;
  return kind === "end" && (ended === "drop" || ended === "reject");
}

function stepLines({ kind, text, hook, sources }: StepReport, lead: string, indent: number, style: Style): string[] {
  const [source] = sources;
  const where = source === undefined ? "" : formatSource(source);
  if (hook === null) {
    const paint = kind === "end" && !text.startsWith("leaves by ") ? style.bad : style.sentence;
    return entryLines({ text, paint, where, indent, lead }, style);
  }
  const policy = hook.policy ? `policy ${hook.verdict.toUpperCase()}` : null;
  const isBlocking = hook.verdict === "drop" || hook.verdict === "reject";
  const head = {
    text: `${hook.table} ${hook.chain}${policy === null ? "" : `: ${policy}`}`,
    paint: policy !== null && isBlocking ? style.bad : style.sentence,
    where: policy === null ? "" : where,
    indent,
    lead,
  };
  return [...entryLines(head, style), ...hook.rules.flatMap((rule) => ruleLines(rule, hook.verdict, indent, style))];
}

function ruleLines(rule: RuleReport, verdict: string, indent: number, style: Style): string[] {
  const { text, effect, failed, because } = rule;
  const [mark, paint] = rulePaint(effect, verdict, style);
  const remarks = [...(failed === null ? [] : [`≠ ${failed}`]), ...because.map((why) => `? ${why}`)];
  return entryLines(
    {
      text,
      ...(remarks.length === 0 ? {} : { remark: remarks.join("  ") }),
      paint,
      where: ruleWhere(rule),
      indent: indent + 4,
      lead: `${" ".repeat(indent + 2)}${mark}`,
    },
    style,
  );
}

function rulePaint(effect: RuleReport["effect"], verdict: string, style: Style): [string, (text: string) => string] {
  if (effect === "passed") return [style.quiet("·"), style.quiet];
  if (effect === "matched") return [" ", style.sentence];
  if (verdict === "drop" || verdict === "reject") return [style.bad("✗"), style.bad];
  return verdict === "unknown" ? [style.warn("?"), style.warn] : [style.good("✓"), style.sentence];
}

/** `27 packets  iptables-save.txt:77` */
export function ruleWhere({ counters, file, line }: Pick<RuleReport, "counters" | "file" | "line">): string {
  const place = formatSource({ file, line });
  if (counters === null) return place;
  return `${several(counters.packets, "packet")}  ${place}`;
}
