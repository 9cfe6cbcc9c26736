import { compare } from "../../src/operations/compare.ts";
import type { Comparison } from "../../src/results/comparison.ts";
import { hostNames, hostSnapshot, once } from "./fixtures.ts";

/** The bundled hosts before and after somebody changed something. */
export const changedHosts: readonly (readonly [before: string, after: string])[] = hostNames
  .filter((name) => hostNames.includes(`${name}-after`))
  .map((name) => [name, `${name}-after`] as const);

const known = new Map<string, Promise<Comparison>>();

/** The comparison of two bundled hosts, made once in a worker. */
export const comparisonOf = (before: string, after: string): Promise<Comparison> =>
  once(known, `${before} ${after}`, async () => compare(await hostSnapshot(before), await hostSnapshot(after)));
