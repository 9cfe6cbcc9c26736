import { mergeSources, type Source } from "../../lib/source.ts";

/** Facts that several captures tell are one fact with several sources; their order is that of the first of each. */
export function mergeSame<T extends { readonly sources: readonly Source[] }>(facts: readonly T[]): readonly T[] {
  const merged = new Map<string, T>();
  for (const fact of facts) {
    const key = JSON.stringify({ ...fact, sources: null });
    const before = merged.get(key);
    merged.set(key, before === undefined ? fact : { ...before, sources: mergeSources(before.sources, fact.sources) });
  }
  return [...merged.values()];
}
