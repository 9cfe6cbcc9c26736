import { expect, test } from "vitest";
import { analyzeAndCheck } from "../../src/operations/check.ts";
import { reporters } from "../../src/reporters/analysis/registry.ts";
import { analysisSchema } from "../../src/results/analysis.ts";
import { hostSnapshot } from "../support/fixtures.ts";
import { syntheticSnapshot } from "../support/synthetic-snapshot.ts";

const plain = { width: 100, color: false };

test("analyze says in short what the checks find, with where", async () => {
  const analysis = analyzeAndCheck(await hostSnapshot("flushed-docker28-after"));
  expect(analysisSchema.parse(analysis)).toEqual(analysis);
  const [first] = analysis.findings?.found ?? [];
  expect(first).toMatchObject({ check: "docker-chains-missing", severity: "error" });
  expect(first?.follow).toBeGreaterThan(3);
  expect(first?.sources.length).toBeGreaterThan(0);
  expect(reporters.text(analysis, plain)).toMatch(/^Findings\n {2}error {4}Docker's rules were flushed/m);
});

test("on a host that is too large for a glance it says that it did not look", () => {
  const analysis = analyzeAndCheck(syntheticSnapshot({ containers: 301, rules: 10 }));
  expect(analysis.findings?.found).toEqual([]);
  expect(reporters.text(analysis, plain)).toContain("not looked for on so many containers");
});
