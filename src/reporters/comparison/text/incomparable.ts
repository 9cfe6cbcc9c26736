import { groupBy } from "../../../lib/group-by.ts";
import { several } from "../../../lib/several.ts";
import type { Comparison } from "../../../results/comparison.ts";
import type { Style } from "../../text/style.ts";
import { entryLines } from "../../trace/lines.ts";
import { enumerate } from "../names.ts";

const mostReasons = 10;
const mostNamed = 4;

/** What nothing can be said about, by the reason. */
export function incomparableLines({ incomparable }: Comparison, verbose: boolean, style: Style): string[] {
  const reasons = [...groupBy(incomparable, ({ why }) => why)];
  const shown = verbose ? reasons : reasons.slice(0, mostReasons);
  const more = reasons.length - shown.length;
  return [
    ...shown.flatMap(([why, some]) => {
      const what = enumerate(
        some.map((one) => one.what),
        verbose ? Number.POSITIVE_INFINITY : mostNamed,
      );
      return entryLines({ text: `${what}: ${why}`, paint: style.sentence, where: "", indent: 4, lead: "  ?" }, style);
    }),
    ...(more > 0 ? [`    ${style.quiet(`and for ${several(more, "more reason")}; -v shows all`)}`] : []),
  ];
}
