import fc from "fast-check";
import { expect, test } from "vitest";
import { isGlob, matchesGlob } from "../../src/lib/glob.ts";

test.each([
  ["web", "web", true],
  ["web", "web-1", false],
  ["web-*", "web-1", true],
  ["web-*", "web-", true],
  ["web-?", "web-", false],
  ["*", "", true],
  ["*a*b", "xaxxbxb", true],
  ["*a*b", "xaxxbxbx", false],
  ["a.c", "abc", false],
  ["[ab]", "a", false],
])("%s and %s: %s", (pattern, name, fits) => {
  expect(matchesGlob(pattern, name)).toBe(fits);
});

const letters = (more: string) => fc.string({ unit: fc.constantFrom(..."ab.", ...more), maxLength: 12 });

test("is what the definition says", () => {
  const fits = (pattern: string, name: string): boolean => {
    if (pattern === "") return name === "";
    if (pattern.startsWith("*")) return fits(pattern.slice(1), name) || (name !== "" && fits(pattern, name.slice(1)));
    return name !== "" && (pattern[0] === "?" || pattern[0] === name[0]) && fits(pattern.slice(1), name.slice(1));
  };
  fc.assert(
    fc.property(letters("*?"), letters(""), (pattern, name) => {
      expect(matchesGlob(pattern, name)).toBe(fits(pattern, name));
    }),
    { numRuns: 2000 },
  );
});

test("a name fits itself, and many stars take no time", () => {
  fc.assert(
    fc.property(letters(""), (name) => {
      expect(matchesGlob(name, name)).toBe(true);
    }),
  );
  expect(matchesGlob("*a".repeat(2000), `${"a".repeat(20_000)}b`)).toBe(false);
  expect([isGlob("web"), isGlob("w?b"), isGlob("*")]).toEqual([false, true, true]);
});
