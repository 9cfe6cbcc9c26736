import type { Source } from "../../lib/source.ts";
import { engineChains } from "./engine-rules.ts";
import type { ExpectedRule } from "./expected-rule.ts";
import type { LayoutId } from "./layout.ts";
import { placeOf, type RuleBook } from "./rule-book.ts";

/** One of Docker's chains that is not as the engine leaves it. */
export interface EngineChain {
  readonly table: string;
  readonly name: string;
  readonly state: "absent" | "empty";
  /** How many rules belong there. */
  readonly expected: number;
  readonly source: Source | null;
}

/** Docker's own chains that are absent, or empty although rules belong there (`iptables -X` and `-F`). */
export function missingChains(
  book: RuleBook,
  layout: LayoutId,
  expected: readonly ExpectedRule[],
): readonly EngineChain[] {
  if (expected.length === 0) return [];
  return engineChains(layout).flatMap(({ table, name }): readonly EngineChain[] => {
    const at = book.chains.get(placeOf(table, name));
    const count = expected.filter((rule) => rule.table === table && rule.chain === name).length;
    const here = { table, name, expected: count };
    if (at === undefined) return [{ ...here, state: "absent", source: null }];
    return at.rules.length === 0 && count > 0 ? [{ ...here, state: "empty", source: at.source }] : [];
  });
}
