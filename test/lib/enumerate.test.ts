import fc from "fast-check";
import { expect, test } from "vitest";
import { enumerate, firstOf, listWords } from "../../src/lib/enumerate.ts";

test.each([
  [[], 3, "", ""],
  [["a"], 3, "a", "a"],
  [["a", "b"], 3, "a and b", "a, b"],
  [["a", "b", "c"], 3, "a, b and c", "a, b, c"],
  [["a", "b", "c", "d"], 3, "a, b, c and 1 more", "a, b, c and 1 more"],
  [["a", "b", "c"], 1, "a and 2 more", "a and 2 more"],
])("%j, %i of them", (words, most, sentence, list) => {
  expect([enumerate(words, most), listWords(words, most)]).toEqual([sentence, list]);
});

test("each word is shown or counted, once and in its place", () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{1,4}$/)), fc.integer({ min: 1, max: 6 }), (words, most) => {
      const shown = firstOf(words, most);
      const more = Number(/^(\d+) more$/.exec(shown.at(-1) ?? "")?.[1] ?? 0);
      const named = more === 0 ? shown : shown.slice(0, -1);
      expect(named).toEqual(words.slice(0, most));
      expect(named.length + more).toBe(words.length);
      expect(enumerate(words, most).split(/, | and /)).toEqual(shown.length === 0 ? [""] : shown);
      expect(enumerate(words)).toBe(enumerate(words, words.length));
    }),
  );
});
