import fc from "fast-check";
import { expect, it } from "vitest";
import { overlapsBetween, overlapsWithin, type PlacedPrefix } from "../../../src/checks/subnets/prefix-overlaps.ts";
import { contains, formatPrefix, type Prefix, parsePrefix, prefixOf } from "../../../src/lib/address.ts";

/** Few distinct ones, so that they often nest and repeat; both families. */
const prefix: fc.Arbitrary<Prefix> = fc
  .tuple(fc.constantFrom(4 as const, 6 as const), fc.bigInt(0n, 15n), fc.integer({ min: 26, max: 32 }))
  .map(([family, low, length]) =>
    family === 4
      ? prefixOf({ family, value: (10n << 24n) | (low << 2n) }, length)
      : prefixOf({ family, value: (0xfdn << 120n) | (low << 98n) }, length),
  );
const list = fc
  .array(prefix, { maxLength: 12 })
  .map((all) => all.map((each, of): PlacedPrefix<number> => ({ prefix: each, of })));

const meet = (a: Prefix, b: Prefix): boolean => contains(a, b.address) || contains(b, a.address);

it("finds overlapping pairs only, and a pair for everything that overlaps anything", () => {
  fc.assert(
    fc.property(list, list, (as, bs) => {
      const found = overlapsBetween(as, bs);
      for (const [a, b] of found) expect(meet(a.prefix, b.prefix)).toBe(true);
      expect(found.length).toBeLessThanOrEqual(as.length + bs.length);
      const any = as.some((a) => bs.some((b) => meet(a.prefix, b.prefix)));
      expect(found.length > 0).toBe(any);
      // Whatever lies inside something of the other list is paired with something around it.
      for (const a of as) {
        if (!bs.some((b) => b.prefix.length < a.prefix.length && contains(b.prefix, a.prefix.address))) continue;
        expect(found.some(([one, other]) => one === a && other.prefix.length <= a.prefix.length)).toBe(true);
      }
    }),
  );
});

it("finds in one list what overlaps anything in it", () => {
  fc.assert(
    fc.property(list, (items) => {
      const found = overlapsWithin(items);
      for (const [a, b] of found) expect(a !== b && meet(a.prefix, b.prefix)).toBe(true);
      const inside = items.filter((a, i) => items.some((b, j) => i !== j && meet(a.prefix, b.prefix)));
      const paired = new Set(found.flat());
      expect(inside.every((item) => paired.has(item))).toBe(true);
    }),
  );
});

it("pairs with the nearest one around, and stays as short as the lists", () => {
  const place = (text: string): PlacedPrefix<string> => {
    const parsed = parsePrefix(text);
    if (parsed === null) throw new Error(text);
    return { prefix: parsed, of: text };
  };
  const pairs = overlapsBetween(
    ["172.18.0.0/16"].map(place),
    ["172.16.0.0/12", "172.18.0.0/15", "10.0.0.0/8"].map(place),
  );
  expect(pairs.map((pair) => pair.map((each) => formatPrefix(each.prefix)))).toEqual([
    ["172.18.0.0/16", "172.18.0.0/15"],
  ]);
  const same = Array.from({ length: 20_000 }, () => place("10.0.0.0/24"));
  expect(overlapsWithin(same)).toHaveLength(19_999);
  expect(overlapsBetween(same, same.slice(0, 10_000)).length).toBeLessThanOrEqual(30_000);
});
