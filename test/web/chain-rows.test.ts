import { describe, expect, test } from "vitest";
import { chainRows } from "../../src/web/worker/chain-rows.ts";
import { changedHosts, comparisonOf } from "../support/comparisons.ts";
import { someOf } from "../support/extent.ts";

describe("the text diff of a chain", () => {
  test.each(someOf(changedHosts, 3))(
    "shows each rule of either side once, edits with their place: %s",
    async (before, after) => {
      const { chains } = await comparisonOf(before, after);
      expect(chains.length).toBeGreaterThan(0);
      for (const { lines, edits } of chains) {
        const rows = chainRows(lines, edits);
        const count = (kinds: readonly string[]) =>
          rows.reduce((sum, row) => sum + (row.kind === "skipped" ? row.count : kinds.includes(row.kind) ? 1 : 0), 0);
        expect(count(["same", "removed"])).toBe(lines.before.length);
        expect(count(["same", "added"])).toBe(lines.after.length);
        const added = rows.flatMap((row) => (row.kind === "added" ? [row.source] : []));
        expect(added).toEqual(
          edits
            .flatMap(({ after }) => (after === null ? [] : [after]))
            .sort((a, b) => a.position - b.position)
            .map(({ source }) => source),
        );
      }
    },
  );

  test("counts what is far from any change", () => {
    const before = ["a", "b", "c", "d", "e", "f", "g"];
    const added = { text: "x", position: 8, source: { file: "iptables-save.txt", line: 20 } };
    const edit = { kind: "added", before: null, after: added, options: [] } as const;
    expect(chainRows({ before, after: [...before, "x"] }, [edit])).toEqual([
      { kind: "skipped", count: 5 },
      { kind: "same", text: "f" },
      { kind: "same", text: "g" },
      { kind: "added", text: "x", source: added.source, also: null },
    ]);
  });
});
