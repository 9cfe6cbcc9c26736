import { readFileSync } from "node:fs";
import Ajv from "ajv";
import { applyPatch, parsePatch } from "diff";
import { describe, expect, test } from "vitest";
import { compare } from "../../../src/operations/compare.ts";
import { comparisonReporters } from "../../../src/reporters/comparison/registry.ts";
import { stat } from "../../../src/reporters/comparison/stat.ts";
import { comparisonSchema } from "../../../src/results/comparison.ts";
import { comparisonOf } from "../../support/comparisons.ts";
import { someOf } from "../../support/extent.ts";
import { hostNames, hostSnapshot } from "../../support/fixtures.ts";

const options = { width: 100, color: false, verbose: false };

/** Pairs of bundled hosts, before and after somebody changed something; the second one the other way round. */
const pairs: readonly (readonly [before: string, after: string])[] = [
  ["change-docker28", "change-docker28-after"],
  ["change-docker29-after", "change-docker29"],
  ["flushed-docker20", "flushed-docker20-after"],
  ["flushed-docker28", "flushed-docker28-after"],
];

describe.each(pairs)("%s, %s", (before, after) => {
  const golden = (name: string) => `../../golden/comparison/${before}.${name}`;

  test.each(["text", "markdown", "diff"] as const)("%s", async (format) => {
    const text = comparisonReporters[format](await comparisonOf(before, after), options);
    await expect(text).toMatchFileSnapshot(golden(format));
  });

  test("--stat", async () => {
    await expect(stat(await comparisonOf(before, after), options)).toMatchFileSnapshot(golden("stat"));
  });

  test("JSON is what its schemas say, with nothing beside it", async () => {
    const comparison = await comparisonOf(before, after);
    const value = JSON.parse(comparisonReporters.json(comparison, options));
    expect(comparisonSchema.parse(value)).toEqual(comparison);
    // ajv 6 knows draft-07, whose keywords are all that the schema uses.
    const { $schema: _, ...schema } = JSON.parse(
      readFileSync("schema/comparison.schema.json", "utf8").replaceAll("$defs", "definitions"),
    );
    const ajv = new Ajv();
    expect(ajv.validate(schema, value), ajv.errorsText()).toBe(true);
  });

  test("the unified diff leads from one side's rules to the other's", async () => {
    const { chains } = await comparisonOf(before, after);
    const differing = chains.filter(
      ({ lines, policy }) => policy !== null || lines.before.join() !== lines.after.join(),
    );
    const patches = parsePatch(comparisonReporters.diff(await comparisonOf(before, after), options));
    expect(patches).toHaveLength(differing.length);
    for (const [i, { place, lines, policy }] of differing.entries()) {
      const whole = (side: "before" | "after") =>
        [...(policy?.[side] == null ? [] : [`:${place.chain} ${policy[side]}`]), ...lines[side]]
          .map((line) => `${line}\n`)
          .join("");
      expect(applyPatch(whole("before"), patches[i] ?? "")).toBe(whole("after"));
    }
  });
});

test("with -v a flow of each kind is traced on both sides", async () => {
  const text = comparisonReporters.text(await comparisonOf("flushed-docker28", "flushed-docker28-after"), {
    ...options,
    verbose: true,
  });
  await expect(text).toMatchFileSnapshot("../../golden/comparison/flushed-docker28.verbose");
});

test("no line is wider than the terminal, but for a single word", async () => {
  for (const [before, after] of pairs) {
    const text = comparisonReporters.text(await comparisonOf(before, after), { ...options, width: 72 });
    const wide = text.split("\n").filter((line) => line.length > 72 && line.trim().includes(" "));
    expect(wide).toEqual([]);
  }
});

describe("a host compared with itself", () => {
  test.each(someOf(hostNames, 20))("%s", async (name) => {
    const comparison = compare(await hostSnapshot(name), await hostSnapshot(name));
    const { flows, changes, chains, findings, causes } = comparison;
    expect({ flows, changes, chains, findings, causes }).toEqual({
      flows: [],
      changes: [],
      chains: [],
      findings: { new: [], gone: [] },
      causes: [],
    });
    expect(comparisonReporters.text(comparison, options)).toMatch(/^no change/);
    expect(comparisonReporters.markdown(comparison, options)).toMatch(/^### No change\n/);
    expect(comparisonReporters.diff(comparison, options)).toBe("");
    expect(stat(comparison, options).replace(/^flows +\d+ not known\n/, "")).toBe("");
  });
});
