import fc from "fast-check";
import { expect, test } from "vitest";
import { matchesGlob } from "../../src/lib/glob.ts";

test.each([
  ["*", "", true],
  ["web-*", "web-1", true],
  ["web-*", "web", false],
  ["*-db", "shop-db-db", true],
  ["a?c", "abc", true],
  ["a?c", "ac", false],
  ["a*b*c", "aXbYbc", true],
  ["a*b*c", "aXbYb", false],
  ["[a]", "a", false],
  ["a.c", "abc", false],
] as const)("%s and %j: %s", (pattern, text, fits) => {
  expect(matchesGlob(pattern, text)).toBe(fits);
});

test("agrees with a regular expression", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 8 });
  fc.assert(
    fc.property(letters, fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 10 }), (pattern, text) => {
      const expression = new RegExp(`^${pattern.replaceAll("?", ".").replace(/\*+/g, ".*")}$`, "s");
      expect(matchesGlob(pattern, text)).toBe(expression.test(text));
    }),
    { numRuns: 2000 },
  );
});
