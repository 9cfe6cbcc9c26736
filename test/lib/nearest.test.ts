import fc from "fast-check";
import { expect, test } from "vitest";
import { nearest } from "../../src/lib/nearest.ts";

test.each([
  ["wbe", "web"],
  ["posgres", "postgres"],
  ["Proxy", "proxy"],
  ["unknwn", "unknown"],
  ["web2", "web"],
  ["kafka", null],
  ["", null],
])("%s: %s", (text, meant) => {
  expect(nearest(text, ["web", "proxy", "postgres", "unknown"])).toBe(meant);
});

test("a name itself is nearest, and one with a letter swapped, left out or put in is found", () => {
  const name = fc.stringMatching(/^[a-z]{4,12}$/);
  fc.assert(
    fc.property(name, fc.nat(10), (text, at) => {
      const i = at % text.length;
      expect(nearest(text, ["zzzz-zzzz-zzzz-zzzz", text])).toBe(text);
      expect(nearest(text.slice(0, i) + text.slice(i + 1), [text])).toBe(text);
      expect(nearest(`${text.slice(0, i)}x${text.slice(i)}`, [text])).toBe(text);
    }),
  );
});
