import { holds, type Prefix } from "../../lib/address.ts";

/** Something with a prefix. */
export interface PlacedPrefix<T> {
  readonly prefix: Prefix;
  readonly of: T;
}

interface Open {
  readonly prefix: Prefix;
  readonly side: 0 | 1;
  /** The nearest prefix around the next one, of each side. */
  readonly nearest: readonly [unknown, unknown];
}

/**
 * Pairs of prefixes, one of each list, of which one holds the other. Prefixes either nest or have nothing in common, so that one
 * pass in the order of their addresses finds them: each is paired with the nearest one around it, which keeps the result as long
 * as the lists even when thousands are the same.
 */
export function overlapsBetween<A, B>(
  as: readonly PlacedPrefix<A>[],
  bs: readonly PlacedPrefix<B>[],
): readonly (readonly [PlacedPrefix<A>, PlacedPrefix<B>])[] {
  const found: (readonly [PlacedPrefix<A>, PlacedPrefix<B>])[] = [];
  sweep(
    [...as.map((item) => ({ item, side: 0 as const })), ...bs.map((item) => ({ item, side: 1 as const }))],
    (one, other, side) => {
      found.push(
        side === 0
          ? [one as PlacedPrefix<A>, other as PlacedPrefix<B>]
          : [other as PlacedPrefix<A>, one as PlacedPrefix<B>],
      );
    },
  );
  return found;
}

/** Pairs of prefixes of one list of which one holds the other: each with the nearest one around it. */
export function overlapsWithin<T>(
  items: readonly PlacedPrefix<T>[],
): readonly (readonly [PlacedPrefix<T>, PlacedPrefix<T>])[] {
  const found: (readonly [PlacedPrefix<T>, PlacedPrefix<T>])[] = [];
  const open: PlacedPrefix<T>[] = [];
  for (const item of items.toSorted((a, b) => byPlace(a.prefix, b.prefix))) {
    while (open.length > 0 && !isAround(open.at(-1), item)) open.pop();
    const around = open.at(-1);
    if (around !== undefined) found.push([around, item]);
    open.push(item);
  }
  return found;
}

function sweep(
  items: readonly { readonly item: PlacedPrefix<unknown>; readonly side: 0 | 1 }[],
  meet: (one: PlacedPrefix<unknown>, other: PlacedPrefix<unknown>, side: 0 | 1) => void,
): void {
  const open: Open[] = [];
  for (const { item, side } of items.toSorted((a, b) => byPlace(a.item.prefix, b.item.prefix) || a.side - b.side)) {
    while (open.length > 0 && !isAround(open.at(-1), item)) open.pop();
    const [nearestA, nearestB] = open.at(-1)?.nearest ?? [null, null];
    const other = side === 0 ? nearestB : nearestA;
    if (other !== null) meet(item, other as PlacedPrefix<unknown>, side);
    open.push({ prefix: item.prefix, side, nearest: side === 0 ? [item, nearestB] : [nearestA, item] });
  }
}

function byPlace(a: Prefix, b: Prefix): number {
  if (a.address.family !== b.address.family) return a.address.family - b.address.family;
  if (a.address.value !== b.address.value) return a.address.value < b.address.value ? -1 : 1;
  return a.length - b.length;
}

const isAround = (
  outer: { readonly prefix: Prefix } | undefined,
  { prefix: inner }: { readonly prefix: Prefix },
): boolean => outer !== undefined && holds(outer.prefix, inner);
