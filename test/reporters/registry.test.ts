import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { analyze } from "../../src/operations/analyze.ts";
import { reporters } from "../../src/reporters/analysis/registry.ts";
import { analysisFormats } from "../../src/reporters/formats.ts";
import { syntheticSnapshot } from "../support/synthetic-snapshot.ts";

test("each format is a file of its name, and each file a format", () => {
  const files = readdirSync("src/reporters/analysis").filter((name) => name.endsWith(".ts"));
  const named = files
    .map((name) => name.replace(".ts", ""))
    .filter((name) => name !== "registry" && name !== "reporter");
  expect(named.sort()).toEqual([...analysisFormats].sort());
});

test.each(analysisFormats)("%s ends in a line end, whatever the width", (format) => {
  const analysis = analyze(syntheticSnapshot({ containers: 3, rules: 0 }));
  for (const width of [40, 80, 200]) expect(reporters[format](analysis, { width, color: false })).toMatch(/[^\n]\n$/);
});
