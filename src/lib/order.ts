/** Compares by UTF-16 code units: the same in every locale, so that outputs are stable. */
export function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Compares names so that numbers in them count as numbers (`eth2` before `eth10`), and everything else by code point. */
export function byNaturalName(a: string, b: string): number {
  const as = a.match(/\d+|\D+/g) ?? [];
  const bs = b.match(/\d+|\D+/g) ?? [];
  for (let i = 0; i < Math.min(as.length, bs.length); i++) {
    const [x, y] = [as[i] ?? "", bs[i] ?? ""];
    const order = /^\d/.test(x) && /^\d/.test(y) ? Number(x) - Number(y) : 0;
    if (order !== 0) return order;
    if (x !== y) return byCodePoint(x, y);
  }
  return as.length - bs.length;
}

/** A sorted copy, ordered by a text or number made from each item. */
export function sortedBy<T>(items: Iterable<T>, key: (item: T) => string | number): T[] {
  return [...items].sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    return typeof x === "number" && typeof y === "number" ? x - y : byNaturalName(String(x), String(y));
  });
}
