import { expect, test } from "vitest";
import { analyze } from "../../src/operations/analyze.ts";
import { analyzeAndCheck } from "../../src/operations/check.ts";
import { reporters } from "../../src/reporters/analysis/registry.ts";
import { badgesOf, indexOf } from "../../src/reporters/picture/finding-nodes.ts";
import { hostAnalysis, hostSnapshot } from "../support/fixtures.ts";

const options = { width: 100, color: false };

test.each(["svg", "html"] as const)(
  "%s has badges where the analysis has findings, and none where it has not",
  async (format) => {
    const snapshot = await hostSnapshot("drift-docker28");
    const badge = /<g class="badge badge-error"><title>1 finding, the gravest: error<\/title>/;
    expect(reporters[format](analyzeAndCheck(snapshot), options)).toMatch(badge);
    expect(reporters[format](analyze(snapshot), options)).not.toContain('class="badge ');
  },
);

test("a badge counts the findings about a node, consequences too, and shows the gravest", async () => {
  const { topology, publishedPorts } = await hostAnalysis("drift-docker28");
  const about = (severity: "error" | "warning" | "info", kind: string, name: string) => ({
    severity,
    subject: { kind, name },
  });
  const badges = badgesOf(
    [
      about("info", "container", "web"),
      about("error", "published-port", "8080/tcp of web"),
      about("warning", "network", "appnet"),
      about("warning", "container", "nobody"),
    ],
    indexOf({ topology, publishedPorts }),
  );
  expect(badges.get("container:web")).toEqual({ severity: "error", count: 2 });
  expect([...badges].filter(([node]) => node.startsWith("bridge:")).map(([, badge]) => badge)).toEqual([
    { severity: "warning", count: 1 },
  ]);
  expect(badges.size).toBe(2);
});
