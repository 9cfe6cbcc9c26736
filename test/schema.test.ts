import { expect, test } from "vitest";
import { analyze } from "../src/operations/analyze.ts";
import { analysisJsonSchema, analysisSchema } from "../src/results/analysis.ts";
import { comparisonJsonSchema } from "../src/results/comparison.ts";
import { syntheticSnapshot } from "./support/synthetic-snapshot.ts";

test("the published schema is that of the code", async () => {
  const text = `${JSON.stringify(analysisJsonSchema(), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot("../schema/analysis.schema.json");
});

test("an analysis is what its schema says, with nothing beside it", () => {
  const analysis = analyze(syntheticSnapshot({ containers: 30, rules: 10 }));
  expect(analysisSchema.parse(analysis)).toEqual(analysis);
});

test("so is that of a comparison", async () => {
  const text = `${JSON.stringify(comparisonJsonSchema(), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot("../schema/comparison.schema.json");
});
