import { describe, expect, test } from "vitest";
import { reporters } from "../../src/reporters/analysis/registry.ts";
import { analysisFormats } from "../../src/reporters/formats.ts";
import { analysisSchema } from "../../src/results/analysis.ts";
import { indexGraph } from "../../src/topology/graph.ts";
import { someOf } from "../support/extent.ts";
import { hostAnalysis, hostNames } from "../support/fixtures.ts";
import { drawDot } from "../support/graphviz.ts";
import { parseMermaid } from "../support/mermaid.ts";
import { testWith } from "../support/tools.ts";

const options = { width: 100, color: false };

/** Hosts whose reports are kept as golden files, because each has something that the others have not. */
const golden = [
  "compose-docker28",
  "drift-docker28",
  "drivers-docker28",
  "inside-docker28",
  "ipv6-docker29",
  "noicc-noproxy-docker29nft",
  "notes",
  "seed-docker20",
];

const endings = {
  text: "txt",
  json: "json",
  mermaid: "mmd",
  dot: "dot",
  svg: "svg",
  html: "html",
  markdown: "md",
} as const;

test("there are hosts to report on", () => {
  expect(hostNames.length).toBeGreaterThanOrEqual(20);
  expect(golden.filter((name) => !hostNames.includes(name))).toEqual([]);
});

describe.each(golden.filter((name) => hostNames.includes(name)))("%s", (name) => {
  // Long ones are kept for one host each: enough to read.
  const one = "drivers-docker28";
  const only: Readonly<Partial<Record<string, string>>> = {
    json: "notes",
    svg: one,
    html: "seed-docker20",
    markdown: one,
  };
  test.each(analysisFormats.filter((format) => (only[format] ?? name) === name))("%s", async (format) => {
    const report = reporters[format](await hostAnalysis(name), options);
    await expect(report).toMatchFileSnapshot(`../golden/hosts/${name}.${endings[format]}`);
  });
});

describe.each(someOf(hostNames, 3))("%s", (name) => {
  test("is what the schema says", async () => {
    expect(analysisSchema.safeParse(await hostAnalysis(name)).error).toBeUndefined();
  });

  test("names every container in its text", async () => {
    const analysis = await hostAnalysis(name);
    const report = reporters.text(analysis, options);
    const graph = indexGraph(analysis.topology);
    const members = [...graph.nodes("host"), ...graph.nodes("container")].flatMap(({ containers }) => containers);
    expect(members.length).toBe(analysis.counts.containers);
    expect(members.filter((member) => !report.includes(member.name))).toEqual([]);
  });

  test("is a diagram that Mermaid reads", async () => {
    const analysis = await hostAnalysis(name);
    const { vertices } = await parseMermaid(reporters.mermaid(analysis, options));
    const drawn = analysis.topology.nodes.filter((node) => node.type !== "interface" || node.role !== "loopback");
    expect(vertices.length).toBeGreaterThanOrEqual(drawn.filter(({ type }) => type !== "bridge").length);
  });

  testWith(["dot"], "is a graph that dot draws", async () => {
    const analysis = await hostAnalysis(name);
    const { nodes } = drawDot(reporters.dot(analysis, options));
    const drawn = analysis.topology.nodes.filter((node) => node.type !== "interface" || node.role !== "loopback");
    expect(nodes).toBe(drawn.filter(({ type }) => type !== "port").length);
  });
});
