import { groupBy } from "../../lib/group-by.ts";

/** What a rule is compared by. */
export interface Comparable {
  /** The same for rules that say the same. */
  readonly key: string;
  /** The same for rules that say the same of the same containers, whatever their addresses are. */
  readonly role: string;
  /** What it is made of, to tell how alike two rules are; none where that is not to be asked. */
  readonly parts: readonly string[];
}

/** Positions count from 0. */
export type Edit =
  | { readonly kind: "removed"; readonly before: number }
  | { readonly kind: "added"; readonly after: number }
  | { readonly kind: "moved" | "changed"; readonly before: number; readonly after: number };

/**
 * How one sequence of rules became another: as many as possible stay where they are (a longest common subsequence); of the
 * others, equal ones have moved, and ones that are alike have changed. The other way round it gives the inverse: everything is
 * worked out in one direction, that in which the keys are in order.
 */
export function alignRules(before: readonly Comparable[], after: readonly Comparable[]): Edit[] {
  const order = compareKeys(before, after);
  if (order === 0) return [];
  if (order > 0) return alignForward(after, before).map(invert);
  return alignForward(before, after);
}

function compareKeys(before: readonly Comparable[], after: readonly Comparable[]): number {
  for (let at = 0; at < Math.min(before.length, after.length); at++) {
    const [one, other] = [before[at]?.key ?? "", after[at]?.key ?? ""];
    if (one !== other) return one < other ? -1 : 1;
  }
  return before.length - after.length;
}

function invert(edit: Edit): Edit {
  if (edit.kind === "removed") return { kind: "added", after: edit.before };
  if (edit.kind === "added") return { kind: "removed", before: edit.after };
  return { ...edit, before: edit.after, after: edit.before };
}

type Pair = readonly [before: number, after: number];

function alignForward(before: readonly Comparable[], after: readonly Comparable[]): Edit[] {
  const kept = commonSubsequence(
    before.map(({ key }) => key),
    after.map(({ key }) => key),
  );
  const [keptBefore, keptAfter] = [new Set(kept.map(([at]) => at)), new Set(kept.map(([, at]) => at))];
  let removed = [...before.keys()].filter((at) => !keptBefore.has(at));
  let added = [...after.keys()].filter((at) => !keptAfter.has(at));
  const edits: Edit[] = [];
  const take = (kind: "moved" | "changed", pairs: readonly Pair[]) => {
    for (const [one, other] of pairs) edits.push({ kind, before: one, after: other });
    const [ones, others] = [new Set(pairs.map(([at]) => at)), new Set(pairs.map(([, at]) => at))];
    removed = removed.filter((at) => !ones.has(at));
    added = added.filter((at) => !others.has(at));
  };
  take(
    "moved",
    pairEqual(
      removed,
      added,
      (at) => before[at]?.key,
      (at) => after[at]?.key,
    ),
  );
  take(
    "changed",
    pairEqual(
      removed,
      added,
      (at) => before[at]?.role,
      (at) => after[at]?.role,
    ),
  );
  take("changed", pairAlike(removed, added, before, after, kept));
  for (const at of removed) edits.push({ kind: "removed", before: at });
  for (const at of added) edits.push({ kind: "added", after: at });
  return edits;
}

/** Pairs what has the same key, the first with the first. */
function pairEqual(
  before: readonly number[],
  after: readonly number[],
  keyBefore: (at: number) => string | undefined,
  keyAfter: (at: number) => string | undefined,
): Pair[] {
  const others = groupBy(after, keyAfter);
  return [...groupBy(before, keyBefore)].flatMap(([key, ones]) =>
    ones.flatMap((one, i): Pair[] => {
      const other = others.get(key)?.[i];
      return other === undefined ? [] : [[one, other]];
    }),
  );
}

/** More pairs of equal items than these are not tried: chains of one rule many times over are hostile or mad. */
const mostPairs = 500_000;

/**
 * A longest common subsequence by Hunt and Szymanski: the longest rising line through the pairs of equal items. Where there
 * are too many pairs, each item counts only with the one of its number among its equals, and the subsequence may be shorter.
 */
function commonSubsequence(before: readonly string[], after: readonly string[]): Pair[] {
  let start = 0;
  const shorter = Math.min(before.length, after.length);
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const head = Array.from({ length: start }, (_, at): Pair => [at, at]);
  const tail = Array.from({ length: end }, (_, at): Pair => [before.length - end + at, after.length - end + at]);

  const places = groupBy(range(start, after.length - end), (at) => after[at]);
  const ones = groupBy(range(start, before.length - end), (at) => before[at]);
  let count = 0;
  for (const [key, all] of ones) count += all.length * (places.get(key)?.length ?? 0);
  const pairs: Pair[] = [];
  if (count <= mostPairs) {
    // From the last to the first: then no two pairs of one item rise.
    for (const at of range(start, before.length - end))
      for (const other of places.get(before[at])?.toReversed() ?? []) pairs.push([at, other]);
  } else {
    for (const [key, all] of ones)
      for (const [i, at] of all.entries()) {
        const other = places.get(key)?.[i];
        if (other !== undefined) pairs.push([at, other]);
      }
    pairs.sort(([a], [b]) => a - b);
  }
  return [...head, ...longestRise(pairs), ...tail];
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);

/** The longest line of pairs whose second numbers rise (patience sorting, n log n). */
function longestRise(pairs: readonly Pair[]): Pair[] {
  /** By length: the pair with the least end of a line of that length, and before it the one that it goes on from. */
  const ends: number[] = [];
  const previous: number[] = [];
  for (const [index, [, value]] of pairs.entries()) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[ends[middle] ?? 0]?.[1] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    previous.push(low === 0 ? -1 : (ends[low - 1] ?? -1));
    ends[low] = index;
  }
  const line: Pair[] = [];
  for (let at = ends.at(-1) ?? -1; at >= 0; at = previous[at] ?? -1) {
    const pair = pairs[at];
    if (pair !== undefined) line.push(pair);
  }
  return line.reverse();
}

/** Between two rules that stayed, more than these are not compared each with each. */
const mostComparisons = 10_000;

/**
 * Pairs rules that share more than half of what they are made of and stand between the same two rules that stayed, the most
 * alike first.
 */
function pairAlike(
  removed: readonly number[],
  added: readonly number[],
  before: readonly Comparable[],
  after: readonly Comparable[],
  kept: readonly Pair[],
): Pair[] {
  const gapsBefore = groupBy(removed, gapIn(kept.map(([at]) => at)));
  const gapsAfter = groupBy(added, gapIn(kept.map(([, at]) => at)));
  return [...gapsBefore].flatMap(([gap, ones]) => {
    const others = gapsAfter.get(gap) ?? [];
    if (ones.length * others.length > mostComparisons) return [];
    const candidates = ones.flatMap((one) =>
      others.map((other) => ({ one, other, alike: likeness(before[one]?.parts ?? [], after[other]?.parts ?? []) })),
    );
    const found: Pair[] = [];
    const taken = new Set<string>();
    for (const { one, other, alike } of candidates.sort((a, b) => b.alike - a.alike)) {
      if (alike <= 0.5) break;
      if (taken.has(`before ${one}`) || taken.has(`after ${other}`)) continue;
      taken.add(`before ${one}`).add(`after ${other}`);
      found.push([one, other]);
    }
    return found;
  });
}

/** How many of the positions that stayed are before one. */
function gapIn(kept: readonly number[]): (at: number) => number {
  let gap = 0;
  return (at) => {
    while (gap < kept.length && (kept[gap] ?? 0) < at) gap++;
    return gap;
  };
}

/** The share of parts that both have, from 0 to 1. */
function likeness(before: readonly string[], after: readonly string[]): number {
  const most = Math.max(before.length, after.length);
  if (most === 0) return 0;
  const left = new Map<string, number>();
  for (const part of before) left.set(part, (left.get(part) ?? 0) + 1);
  let shared = 0;
  for (const part of after) {
    const count = left.get(part) ?? 0;
    if (count === 0) continue;
    shared++;
    left.set(part, count - 1);
  }
  return shared / most;
}
