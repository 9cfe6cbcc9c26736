import fc from "fast-check";
import { expect, test } from "vitest";
import { inline, markdown } from "../../src/reporters/markdown.ts";
import { analysisNamed, hostileText } from "../support/hostile.ts";

test("usual names and addresses are readable", () => {
  expect(inline("shop-db-1 at 172.18.0.3:5432")).toBe("shop-db-1 at 172.18.0.3:5432");
  expect(inline("a_b *c* <d> [e](f) `g` | #h")).toBe("a\\_b \\*c\\* \\<d\\> \\[e\\]\\(f\\) \\`g\\` \\| \\#h");
});

test("no text is markup, HTML, a link or a new cell", () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const active = inline(text).replace(/\\[^a-z0-9\s]/gi, "");
      expect(active).not.toMatch(/[<>[\]`*_|\n]|:\/\/|www\./i);
    }),
    { numRuns: 500 },
  );
});

test("a hostile name changes neither the headings nor the size of the tables", () => {
  const shape = (text: string) =>
    text
      .split("\n")
      .map((line) => (line.startsWith("|") ? line.replace(/\\./g, "").split("|").length : /^#+ |^```/.exec(line)?.[0]));
  const usual = shape(markdown(analysisNamed("web"), { width: 80, color: false }));
  fc.assert(
    fc.property(hostileText, (name) => {
      expect(shape(markdown(analysisNamed(name), { width: 80, color: false }))).toEqual(usual);
    }),
    { numRuns: 100 },
  );
});
