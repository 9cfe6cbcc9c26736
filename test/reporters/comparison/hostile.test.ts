import { applyPatch, parsePatch } from "diff";
import fc from "fast-check";
import { marked } from "marked";
import { describe, expect, test } from "vitest";
import { comparisonReporters } from "../../../src/reporters/comparison/registry.ts";
import { comparisonSchema } from "../../../src/results/comparison.ts";
import { runs } from "../../support/extent.ts";
import { hostileText } from "../../support/hostile.ts";
import { comparisonNamed } from "../../support/hostile-comparison.ts";

const options = { width: 80, color: false, verbose: false };

describe("no name of a snapshot acts on a report of a comparison", () => {
  test("the comparison it is tried with is one", () => {
    expect(comparisonSchema.safeParse(comparisonNamed("web")).error).toBeUndefined();
  });

  test("JSON is the comparison, whatever it names", () => {
    fc.assert(
      fc.property(hostileText, (name) => {
        const comparison = comparisonNamed(name);
        expect(JSON.parse(comparisonReporters.json(comparison, options))).toEqual(
          JSON.parse(JSON.stringify(comparison)),
        );
      }),
    );
  });

  test("Markdown has the same blocks, and no markup of the snapshot's", () => {
    // How many lists and rows there are depends on which names are the same, and on how long they are.
    const tags = (name: string) =>
      (
        marked
          .parse(comparisonReporters.markdown(comparisonNamed(name), options), { async: false })
          .match(/<[^>]*>/g) ?? []
      ).map((tag) => tag.toLowerCase());
    const usual = new Set(tags("web"));
    fc.assert(
      fc.property(hostileText, (name) => {
        for (const tag of tags(name)) expect(usual).toContain(tag);
      }),
      { numRuns: runs(60, 1 / 4) },
    );
  });

  test("a unified diff has as many files, and can be applied", () => {
    fc.assert(
      fc.property(hostileText, (name) => {
        const text = comparisonReporters.diff(comparisonNamed(name), options);
        const patches = parsePatch(text);
        expect(patches).toHaveLength(2);
        for (const patch of patches) {
          const old = patch.hunks.flatMap(({ lines }) => lines.filter((line) => /^[ -]/.test(line)));
          const before = old.map((line) => `${line.slice(1)}\n`).join("");
          expect(applyPatch(before, patch)).not.toBe(false);
        }
      }),
      { numRuns: runs(60, 1 / 4) },
    );
  });
});
