import { compare } from "../../src/compare.ts";
import type { Comparison } from "../../src/comparison.ts";
import { hostSnapshot } from "./fixtures.ts";

const known = new Map<string, Promise<Comparison>>();

/** The comparison of two bundled hosts, made once in a test file. */
export function comparisonOf(before: string, after: string): Promise<Comparison> {
  const key = `${before} ${after}`;
  const made = known.get(key) ?? make(before, after);
  known.set(key, made);
  return made;
}

const make = async (before: string, after: string): Promise<Comparison> =>
  compare(await hostSnapshot(before), await hostSnapshot(after));
