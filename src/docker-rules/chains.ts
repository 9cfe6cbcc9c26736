import type { Source } from "../lib/source.ts";
import { engineChains } from "./engine-rules.ts";
import type { ExpectedRule } from "./expected-rule.ts";
import type { LayoutId } from "./layout.ts";
import { placeOf, type RuleSetIndex } from "./rule-set-index.ts";

/** One of Docker's chains that is not as the engine leaves it. */
export interface EngineChain {
  readonly table: string;
  readonly name: string;
  readonly state: "absent" | "empty";
  /** How many rules belong there. */
  readonly expected: number;
  readonly source: Source | null;
}

/**
 * Docker's own chains that are absent, or empty although rules belong there (`iptables -X` and `-F`). The base chains of its
 * nftables table hold one jump or two each, so there only all of them together tell of a flush.
 */
export function missingChains(
  book: RuleSetIndex,
  layout: LayoutId,
  expected: readonly ExpectedRule[],
): readonly EngineChain[] {
  const tables = new Set(expected.map(({ table }) => table));
  const found = engineChains(layout).flatMap(({ table, name }): readonly EngineChain[] => {
    if (!tables.has(table)) return [];
    const at = book.chains.get(placeOf(table, name));
    const count = expected.filter((rule) => rule.table === table && rule.chain === name).length;
    const here = { table, name, expected: count };
    if (at === undefined) return [{ ...here, state: "absent", source: null }];
    return at.rules.length === 0 && count > 0 ? [{ ...here, state: "empty", source: at.source }] : [];
  });
  const isPartly = layout === "nftables" && !found.some(({ name }) => name === "filter-FORWARD");
  return isPartly ? found.filter(({ state }) => state === "absent") : found;
}
