import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isAll } from "../support/extent.ts";
import { findExpressions } from "./find.ts";
import { whatIsWrong } from "./recheck.ts";

/** Those that recheck calls slow and that are none the less safe, with the reason. */
const excused: Readonly<Record<string, string>> = {
  [String.raw`/[\\${"`"}*_{}[\]()<>#+!|~&$@^=]|(?<=^\s*)[-:.]|(?<=^\s*\d+)[.)](?=\s|$)/g`]:
    "the text is cut to 200 characters before",
};

// What was checked before is not checked again: that takes a minute, and nothing but the expression decides the answer.
const checked = new Set(readFileSync("test/expressions/safe.txt", "utf8").split("\n"));
const expressions = isAll ? findExpressions("src") : [];

describe.runIf(isAll)("no regular expression of the source takes longer than in proportion to its input", () => {
  it("finds them", () => {
    expect(expressions.length).toBeGreaterThan(400);
  });

  it("all are safe (npm run expressions takes new ones into the list)", () => {
    const open = expressions.filter(({ text }) => !checked.has(text) && excused[text] === undefined);
    const wrong = open.flatMap((expression) => {
      const why = whatIsWrong(expression);
      return why === null ? [] : [`${expression.files.join(", ")}: ${expression.text}: ${why}`];
    });
    expect(wrong).toEqual([]);
  });

  it.each([
    ["a blank that is repeated at every line", String.raw`^\s*\{`, "m"],
    ["two stars over the same characters", "^a.*b.*c", "m"],
    ["a start that is tried everywhere", String.raw`\s+$`, ""],
  ])("and the checker knows what is slow: %s", (_, pattern, flags) => {
    expect(whatIsWrong({ pattern, flags, text: "", files: [] })).toMatch(/^slow on /);
  });
});
