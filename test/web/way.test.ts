import { describe, expect, test } from "vitest";
import { analyze, rebuildHost } from "../../src/operations/analyze.ts";
import { reportAnswer } from "../../src/operations/report-answer.ts";
import { layOut } from "../../src/picture/layout.ts";
import { wayThrough } from "../../src/picture/route-line.ts";
import { pictureOf } from "../../src/reporters/analysis/svg.ts";
import { makeTracer } from "../../src/trace/trace.ts";
import { nodesOnWay } from "../../src/web/path-highlight.ts";
import { hostAnalysis, hostSnapshot } from "../support/fixtures.ts";

async function wayOf(host: string, from: string, to: string) {
  const snapshot = await hostSnapshot(host);
  const analysis = analyze(snapshot);
  const answer = reportAnswer(makeTracer(rebuildHost(snapshot)).trace({ from, to }));
  const nodes = nodesOnWay(answer, analysis.topology);
  return { nodes, way: wayThrough(layOut(pictureOf(analysis)), nodes) };
}

describe("the way of a packet in the picture", () => {
  test("from outside to a published port", async () => {
    const { nodes, way } = await wayOf("compose-docker28", "eth0", "host:80");
    expect(nodes).toEqual([
      "outside",
      "interface:eth0",
      "bridge:br-4d3fa0799db2",
      "port:veth77496d2",
      "container:proxy",
    ]);
    expect(way?.lines.flat().flat().every(Number.isFinite)).toBe(true);
  });

  test("between two containers of one network stays on its bridge", async () => {
    const { nodes, way } = await wayOf("compose-docker28", "app", "postgres:5432");
    expect(nodes[0]).toBe("container:app");
    expect(nodes.at(-1)).toBe("container:postgres");
    expect(nodes).toContain("port:veth9e20d01");
    expect(nodes).not.toContain("interface:eth0");
    expect(way).not.toBeNull();
  });

  test("is none for what is not in the picture", async () => {
    const analysis = await hostAnalysis("compose-docker28");
    expect(wayThrough(layOut(pictureOf(analysis)), ["container:nobody"])).toBeNull();
  });
});
