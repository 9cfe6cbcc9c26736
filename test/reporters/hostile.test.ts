import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { reporters } from "../../src/reporters/analysis/registry.ts";
import { analysisSchema } from "../../src/results/analysis.ts";
import { runs } from "../support/extent.ts";
import { drawDot } from "../support/graphviz.ts";
import { analysisNamed, hostileText } from "../support/hostile.ts";
import { parseMermaid } from "../support/mermaid.ts";
import { testWith } from "../support/tools.ts";

const options = { width: 80, color: false };

describe("no name of a snapshot acts on a report", () => {
  test("the analysis it is tried with is one", () => {
    expect(analysisSchema.safeParse(analysisNamed("web")).error).toBeUndefined();
  });

  test("JSON is the analysis, whatever it names", () => {
    fc.assert(
      fc.property(hostileText, (name) => {
        const analysis = analysisNamed(name);
        expect(JSON.parse(reporters.json(analysis, options))).toEqual(JSON.parse(JSON.stringify(analysis)));
      }),
    );
  });

  test("Mermaid draws the same nodes and links", async () => {
    const { vertices, edges, subgraphs } = await parseMermaid(reporters.mermaid(analysisNamed("web"), options));
    expect([vertices.length, edges, subgraphs]).toEqual([7, 6, 1]);
    await fc.assert(
      fc.asyncProperty(hostileText, async (name) => {
        const drawn = await parseMermaid(reporters.mermaid(analysisNamed(name), options));
        expect(drawn).toMatchObject({ vertices, edges, subgraphs });
      }),
      { numRuns: runs(200) },
    );
  });

  testWith(["dot"], "DOT draws the same nodes and links", () => {
    const usual = drawDot(reporters.dot(analysisNamed("web"), options));
    expect(usual).toEqual({ nodes: 6, edges: 6 });
    fc.assert(
      fc.property(hostileText, (name) => {
        expect(drawDot(reporters.dot(analysisNamed(name), options))).toEqual(usual);
      }),
      { numRuns: runs(60, 1 / 4) },
    );
  });
});
