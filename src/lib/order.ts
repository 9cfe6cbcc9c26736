/** Compares by UTF-16 code units: the same in every locale, so that outputs are stable. */
export function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Compares names so that numbers in them count as numbers (`eth2` before `eth10`), and everything else by code point. */
export const byNaturalName = (a: string, b: string): number => byParts(partsOf(a), partsOf(b));

/** A sorted copy, ordered by a text or number made from each item. */
export function sortedBy<T>(items: Iterable<T>, key: (item: T) => string | number): T[] {
  // Each key is made and taken apart once, not once for each comparison.
  const keyed = [...items].map((item) => {
    const made = key(item);
    return { item, key: made, parts: partsOf(String(made)) };
  });
  return keyed
    .sort((a, b) =>
      typeof a.key === "number" && typeof b.key === "number" ? a.key - b.key : byParts(a.parts, b.parts),
    )
    .map(({ item }) => item);
}

/** A name's numbers and what is between them, in turn. */
const partsOf = (name: string): readonly string[] => name.match(/\d+|\D+/g) ?? [];

function byParts(as: readonly string[], bs: readonly string[]): number {
  for (let i = 0; i < Math.min(as.length, bs.length); i++) {
    const [x, y] = [as[i] ?? "", bs[i] ?? ""];
    if (x === y) continue;
    const order = isNumber(x) && isNumber(y) ? Number(x) - Number(y) : 0;
    return order !== 0 ? order : byCodePoint(x, y);
  }
  return as.length - bs.length;
}

/** Whether a part is one of digits. */
const isNumber = (part: string): boolean => part < ":" && part >= "0";
