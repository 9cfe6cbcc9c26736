import { expect, test } from "vitest";
import { type VerdictCode, verdictCodes } from "../../src/reasons/verdict-codes.ts";
import { explainCode, verdictCodesMarkdown } from "../../src/reporters/trace/explain-code.ts";
import { answerSchema } from "../../src/results/answer.ts";

test("docs/verdicts.md is the list of the code", async () => {
  await expect(verdictCodesMarkdown()).toMatchFileSnapshot("../../docs/verdicts.md");
});

test("the published schema has the same codes", () => {
  expect(answerSchema.shape.code.options).toEqual(Object.keys(verdictCodes));
});

test.each(Object.keys(verdictCodes) as VerdictCode[])("%s is explained within the width of a terminal", (code) => {
  const text = explainCode(code, { color: false, width: 80 });
  expect(text).toContain(code);
  for (const label of ["verdict", "means", "look at"]) expect(text).toMatch(new RegExp(`^${label} +\\S`, "m"));
  for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});
