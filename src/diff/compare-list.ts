import type { CaptureKind } from "../captures/kinds.ts";
import { groupBy } from "../lib/group-by.ts";
import type { Source } from "../lib/source.ts";
import type { Change, ChangedField, Thing } from "./change.ts";
import { areAlike, type NamespaceOnSide, type NamespacePair } from "./match/sides.ts";

interface Sourced {
  readonly sources: readonly Source[];
}

/** One property of a kind of thing. */
export interface Property<T> {
  readonly name: string;
  /** Text for people; null where the thing has none, or nothing tells. */
  readonly of: (thing: T, inside: NamespaceOnSide) => string | null;
  /** What is compared, where the text holds names that differ for the same thing. */
  readonly keyOf?: (thing: T, inside: NamespaceOnSide) => string | null;
  /**
   * The captures that tell it, each by itself: without one of them on both sides, null may be "not told". Where there is no
   * list, null always says that there is none.
   */
  readonly from?: readonly CaptureKind[];
  /** Whether one of these captures has to be there on both sides even where both have a value: several captures tell it differently. */
  readonly only?: true;
  /** When a difference says nothing about the thing. */
  readonly unless?: (before: T, after: T) => boolean;
  /** Whether it is said of an added or removed thing: it tells what the thing is. */
  readonly essential?: true;
}

/** How the things of one kind are compared. */
export interface Comparer<T> {
  readonly kind: Thing["kind"];
  /** The captures that list all things of the kind, each by itself. */
  readonly listedBy: readonly CaptureKind[];
  /** What makes it the same thing on both sides. */
  readonly keyOf: (thing: T, inside: NamespaceOnSide) => string;
  /** Of what is left: what makes one the successor of the other, where it is the only one on each side. */
  readonly successorOf?: (thing: T, inside: NamespaceOnSide) => string | null;
  readonly nameOf: (thing: T, inside: NamespaceOnSide) => string;
  readonly withinOf?: (thing: T, inside: NamespaceOnSide) => string | null;
  readonly properties: readonly Property<T>[];
  /** Further fields, of properties that have no fixed names. */
  readonly moreFields?: (before: T, after: T) => readonly ChangedField[];
}

/** Compares the things of one kind in one place; what one side alone has counts only where the other side would have told of it. */
export function compareList<T extends Sourced>(
  place: NamespacePair,
  before: readonly T[],
  after: readonly T[],
  comparer: Comparer<T>,
): Change[] {
  const same = pairUp(place, before, after, comparer);
  const removed = same.removed.flatMap((thing) => comeOrGone(place, "removed", thing, comparer));
  const added = same.added.flatMap((thing) => comeOrGone(place, "added", thing, comparer));
  return [...same.pairs.flatMap(([one, other]) => comparePair(place, one, other, comparer)), ...removed, ...added];
}

interface Paired<T> {
  readonly pairs: readonly (readonly [before: T, after: T])[];
  readonly removed: readonly T[];
  readonly added: readonly T[];
}

function pairUp<T>(place: NamespacePair, before: readonly T[], after: readonly T[], comparer: Comparer<T>): Paired<T> {
  const { keyOf, successorOf } = comparer;
  const first = pairBy(place, before, after, keyOf, false);
  if (successorOf === undefined) return first;
  const second = pairBy(place, first.removed, first.added, successorOf, true);
  return { ...second, pairs: [...first.pairs, ...second.pairs] };
}

/** Pairs what has one key; of several the first with the first, or, where only one may be meant, none. */
function pairBy<T>(
  place: NamespacePair,
  before: readonly T[],
  after: readonly T[],
  keyOf: (thing: T, inside: NamespaceOnSide) => string | null,
  onlyOne: boolean,
): Paired<T> {
  const left = groupBy(before, (thing) => keyOf(thing, place.before));
  const right = groupBy(after, (thing) => keyOf(thing, place.after));
  const pairs: (readonly [T, T])[] = [];
  const found = new Set<T>();
  for (const [key, ones] of left) {
    const others = right.get(key) ?? [];
    if (key === null || (onlyOne && (ones.length > 1 || others.length > 1))) continue;
    for (const [at, one] of ones.entries()) {
      const other = others[at];
      if (other === undefined) break;
      pairs.push([one, other]);
      found.add(one).add(other);
    }
  }
  return {
    pairs,
    removed: before.filter((thing) => !found.has(thing)),
    added: after.filter((thing) => !found.has(thing)),
  };
}

function comeOrGone<T extends Sourced>(
  place: NamespacePair,
  kind: "added" | "removed",
  thing: T,
  { listedBy, properties, ...comparer }: Comparer<T>,
): Change[] {
  const inside = kind === "added" ? place.after : place.before;
  const told = inside.side.toldBy(thing.sources);
  if (!listedBy.some((capture) => told.has(capture) && areAlike(place, capture))) return [];
  const fields = properties.flatMap(({ name, of, essential }): ChangedField[] => {
    const text = essential === true ? of(thing, inside) : null;
    if (text === null) return [];
    return [kind === "added" ? { name, before: null, after: text } : { name, before: text, after: null }];
  });
  const [before, after] = kind === "added" ? [[], thing.sources] : [thing.sources, []];
  return [{ kind, thing: thingOf(thing, inside, comparer), formerly: null, fields, before, after }];
}

/** The change between two states of one thing: none where no property differs. */
export function comparePair<T extends Sourced>(
  place: NamespacePair,
  before: T,
  after: T,
  comparer: Pick<Comparer<T>, "kind" | "nameOf" | "withinOf" | "properties" | "moreFields">,
  kind: "changed" | "replaced" = "changed",
): Change[] {
  const more = comparer.moreFields?.(before, after) ?? [];
  const fields = [...compareProperties(place, before, after, comparer.properties), ...more];
  if (fields.length === 0) return [];
  const [was, thing] = [thingOf(before, place.before, comparer), thingOf(after, place.after, comparer)];
  const formerly = was.name === thing.name && was.within === thing.within ? null : was;
  return [{ kind, thing, formerly, fields, before: before.sources, after: after.sources }];
}

/** The properties that differ, as far as both snapshots tell them. */
function compareProperties<T extends Sourced>(
  place: NamespacePair,
  before: T,
  after: T,
  properties: readonly Property<T>[],
): ChangedField[] {
  let told: readonly [ReadonlySet<CaptureKind>, ReadonlySet<CaptureKind>] | null = null;
  const bothTell = (kinds: readonly CaptureKind[]) => {
    told ??= [place.before.side.toldBy(before.sources), place.after.side.toldBy(after.sources)];
    const [one, other] = told;
    return kinds.some((kind) => one.has(kind) && other.has(kind));
  };
  return properties.flatMap(({ name, of, keyOf = of, from, only, unless }): ChangedField[] => {
    const [was, is] = [keyOf(before, place.before), keyOf(after, place.after)];
    if (was === is || unless?.(before, after) === true) return [];
    const inDoubt = from !== undefined && (was === null || is === null || only === true);
    if (inDoubt && !bothTell(from)) return [];
    return [{ name, before: of(before, place.before), after: of(after, place.after) }];
  });
}

function thingOf<T>(
  thing: T,
  inside: NamespaceOnSide,
  { kind, nameOf, withinOf = () => null }: Pick<Comparer<T>, "kind" | "nameOf" | "withinOf">,
): Thing {
  return { kind, name: nameOf(thing, inside), within: withinOf(thing, inside) };
}

/** Items as one text, in an order of their own; null for none. */
export function listed(items: readonly string[]): string | null {
  return items.length === 0 ? null : [...items].sort().join(", ");
}

/** Items as one text in the order that matters; null for none. */
export const inOrder = (items: readonly string[]): string | null => (items.length === 0 ? null : items.join(", "));

export const yesNo = (value: boolean | null): string | null => (value === null ? null : value ? "yes" : "no");
