import { formatSource } from "../../../lib/source.ts";
import type { Comparison } from "../../../results/comparison.ts";
import type { Style } from "../../text/style.ts";
import { entryLines } from "../../trace/lines.ts";
import { type ChangeReport, fieldWords, mergeChanges } from "../changes.ts";
import { enumerate } from "../names.ts";
import { placeIn } from "../place-in.ts";

const mostThings = 40;
const mostNamed = 4;

/** What was added, removed, replaced or changed, with what is another now. */
export function thingLines({ changes }: Comparison, verbose: boolean, style: Style): string[] {
  const merged = mergeChanges(changes);
  const shown = verbose ? merged : merged.slice(0, mostThings);
  const more = merged.length - shown.length;
  const named = verbose ? Number.POSITIVE_INFINITY : mostNamed;
  return [
    ...shown.flatMap(({ kind, what, names, within, fields, changes: [first] }) => {
      const said = fields.map((field) => fieldWords(kind, field)).join(", ");
      const text = `${what}${enumerate(names, named)}${within}${said === "" ? "" : `: ${said}`}`;
      return entryLines(
        { text, paint: style.sentence, where: placeOf(first), indent: 12, lead: `  ${paints(kind, style)(kind)}` },
        style,
      );
    }),
    ...(more > 0 ? [`            ${style.quiet(`and ${more} more; -v shows all`)}`] : []),
  ];
}

function placeOf(change: ChangeReport | undefined): string {
  const [after] = change?.after ?? [];
  if (after !== undefined) return formatSource(after);
  const [before] = change?.before ?? [];
  return before === undefined ? "" : placeIn("before", formatSource(before));
}

function paints(kind: ChangeReport["kind"], style: Style): (text: string) => string {
  return { added: style.good, removed: style.bad, replaced: style.warn, changed: style.plain }[kind];
}
