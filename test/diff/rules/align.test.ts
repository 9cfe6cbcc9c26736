import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { alignRules, type Comparable, type Edit } from "../../../src/diff/rules/align.ts";
import { runs } from "../../support/extent.ts";

/** A rule in short: `a` is its key, `a/x` one of the role x; its parts are the letters of the key. */
function rule(text: string): Comparable {
  const [key = "", role = key] = text.split("/");
  return { key, role, parts: [...key] };
}

const align = (before: string, after: string): Edit[] => alignRules(read(before), read(after));
const read = (text: string): Comparable[] => (text === "" ? [] : text.split(" ").map(rule));

const rules = fc.array(fc.constantFrom("a", "b", "c", "d", "abcd", "abce", "e/x", "f/x", "g"), { maxLength: 12 });
const chains = fc.tuple(rules, rules).map(([before, after]) => [before.map(rule), after.map(rule)] as const);

/** The length of a longest common subsequence, the slow and sure way. */
function longest(before: readonly string[], after: readonly string[]): number {
  const row = after.map(() => 0);
  for (const one of before) {
    let diagonal = 0;
    for (const [at, other] of after.entries()) {
      const above = row[at] ?? 0;
      row[at] = one === other ? diagonal + 1 : Math.max(above, row[at - 1] ?? 0);
      diagonal = above;
    }
  }
  return row.at(-1) ?? 0;
}

const touched = (edits: readonly Edit[], side: "before" | "after"): number[] =>
  edits.flatMap((edit) => (side in edit ? [(edit as unknown as Record<string, number>)[side] ?? -1] : []));

const invert = (edit: Edit): Edit => {
  if (edit.kind === "removed") return { kind: "added", after: edit.before };
  if (edit.kind === "added") return { kind: "removed", before: edit.after };
  return { kind: edit.kind, before: edit.after, after: edit.before };
};

const sorted = (edits: readonly Edit[]) =>
  edits
    .map(({ kind, ...at }) =>
      JSON.stringify([kind, "before" in at ? at.before : null, "after" in at ? at.after : null]),
    )
    .sort();

describe("aligning two chains", () => {
  test.each([
    ["nothing", "a b c", "a b c", []],
    ["an insertion", "a c", "a b c", [{ kind: "added", after: 1 }]],
    ["a removal", "a b c", "a c", [{ kind: "removed", before: 1 }]],
    ["a move", "a b c d", "b c d a", [{ kind: "moved", before: 0, after: 3 }]],
    ["a change in its place", "a xyz1 c", "a xyz2 c", [{ kind: "changed", before: 1, after: 1 }]],
    ["a change elsewhere, by its role", "e/x a b", "a b f/x", [{ kind: "changed", before: 0, after: 2 }]],
    [
      "two rules that have nothing in common",
      "a pq c",
      "a rs c",
      [
        { kind: "removed", before: 1 },
        { kind: "added", after: 1 },
      ],
    ],
    ["one of two equal rules", "r a r", "a r", [{ kind: "removed", before: 0 }]],
    [
      "a chain that was emptied",
      "a b",
      "",
      [
        { kind: "removed", before: 0 },
        { kind: "removed", before: 1 },
      ],
    ],
  ] as const)("%s", (_, before, after, edits) => {
    expect(sorted(align(before, after))).toEqual(sorted(edits));
  });

  test("leaves what it does not name as it was, in order", () => {
    fc.assert(
      fc.property(chains, ([before, after]) => {
        const edits = alignRules(before, after);
        const [ones, others] = [touched(edits, "before"), touched(edits, "after")];
        expect(new Set(ones).size).toBe(ones.length);
        expect(new Set(others).size).toBe(others.length);
        const left = (items: readonly Comparable[], gone: readonly number[]) =>
          items.filter((_, at) => !gone.includes(at)).map(({ key }) => key);
        expect(left(before, ones)).toEqual(left(after, others));
        for (const edit of edits) {
          if (edit.kind !== "moved" && edit.kind !== "changed") continue;
          expect(before[edit.before]?.key === after[edit.after]?.key).toBe(edit.kind === "moved");
        }
      }),
      { numRuns: runs(2000) },
    );
  });

  test("leaves as many as can stay", () => {
    fc.assert(
      fc.property(chains, ([before, after]) => {
        const stay = before.length - touched(alignRules(before, after), "before").length;
        const most = longest(
          before.map(({ key }) => key),
          after.map(({ key }) => key),
        );
        expect(stay).toBe(most);
      }),
      { numRuns: runs(2000) },
    );
  });

  test("is the inverse the other way round", () => {
    fc.assert(
      fc.property(chains, ([before, after]) => {
        expect(sorted(alignRules(after, before).map(invert))).toEqual(sorted(alignRules(before, after)));
      }),
      { numRuns: runs(2000) },
    );
  });

  test("ends with chains of one rule thousands of times, and is a list of edits still", () => {
    const many = (count: number, other: string) => [
      rule(other),
      ...Array<Comparable>(count).fill(rule("same")),
      rule("end"),
    ];
    const [before, after] = [many(3000, "x"), many(2000, "y")];
    const edits = alignRules(before, after);
    expect(touched(edits, "before")).toHaveLength(1001);
    expect(touched(edits, "after")).toHaveLength(1);
  });
});
