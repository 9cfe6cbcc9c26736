import { describe, expect, test } from "vitest";
import { ignoreChanges } from "../../src/operations/ignore-changes.ts";
import { ignoreKinds, readIgnorePatterns } from "../../src/operations/ignore-patterns.ts";
import { isEqual } from "../../src/reporters/comparison/summary.ts";
import type { Comparison } from "../../src/results/comparison.ts";
import { comparisonOf } from "../support/comparisons.ts";

/** The comparison without what the patterns name. */
function without(comparison: Comparison, patterns: string): Comparison {
  const read = readIgnorePatterns(patterns);
  if ("error" in read) throw new Error(read.error);
  return ignoreChanges(comparison, read);
}

const change = () => comparisonOf("change-docker28", "change-docker28-after");
const flushed = () => comparisonOf("flushed-docker28", "flushed-docker28-after");

describe("patterns", () => {
  test("are kinds with names", () => {
    expect(readIgnorePatterns("sysctl:net.*, flow: web -> *:80 ,rule:nat/DOCKER")).toEqual([
      { kind: "sysctl", name: "net.*" },
      { kind: "flow", name: "web -> *:80" },
      { kind: "rule", name: "nat/DOCKER" },
    ]);
  });

  test.each(["web", "container:", ":web", "", "sysctl:a,", "containers:web", "flow:web"])("%j is none", (text) => {
    expect(readIgnorePatterns(text)).toEqual({ error: expect.any(String) });
  });

  test("an unknown kind is answered with all there are", () => {
    const { error } = readIgnorePatterns("routes:default") as { readonly error: string };
    for (const kind of ignoreKinds) expect(error).toContain(kind);
  });
});

describe("leaving out", () => {
  test("nothing by patterns that name nothing", async () => {
    const comparison = await change();
    const nothing = ignoreKinds.map((kind) => (kind === "flow" ? "flow:no -> body" : `${kind}:nobody`)).join(",");
    expect(without(comparison, nothing)).toEqual(comparison);
    expect(ignoreChanges(comparison, [])).toBe(comparison);
  });

  test("everything by the widest patterns, and counts it", async () => {
    for (const comparison of [await change(), await flushed()]) {
      const all = ignoreKinds.map((kind) => (kind === "flow" ? "flow:* -> *" : `${kind}:*`)).join(",");
      const { summary, ...rest } = without(comparison, all);
      expect(isEqual({ ...rest, summary })).toBe(true);
      const { flows, findings, things, rules } = comparison.summary;
      const { compared: _, unknown: __, ...changed } = flows;
      const sum = (counts: object) => Object.values(counts).reduce((a: number, b: number) => a + b, 0);
      expect(summary.ignored).toBe(sum(changed) + sum(things) + rules + findings.new + findings.gone);
      expect(rest.causes).toEqual([]);
    }
  });

  test("things by kind and name", async () => {
    const { changes, summary } = without(await change(), "container:leg*,network:nobody");
    expect(changes.some(({ thing }) => thing.kind === "container" && thing.name === "legacy")).toBe(false);
    expect(changes.some(({ thing }) => thing.kind === "endpoint" && thing.name.startsWith("legacy"))).toBe(true);
    expect(summary.ignored).toBe(1);
  });

  test("rules by their chain, and by their own text on both sides of the text diff", async () => {
    const byChain = without(await change(), "rule:filter/DOCKER-USER").chains;
    expect(byChain.some(({ place }) => place.chain === "DOCKER-USER")).toBe(false);
    const { chains, summary } = without(await change(), "rule:*-j RETURN");
    const [user] = chains.filter(({ place }) => place.chain === "DOCKER-USER");
    expect(user?.edits.map(({ after }) => after?.text)).toEqual([expect.stringMatching(/-j DROP$/)]);
    expect(user?.lines.after.some((line) => line.endsWith("-j RETURN"))).toBe(false);
    expect(summary.rules).toBe((await change()).summary.rules - summary.ignored);
  });

  test("findings by check, and by check and subject", async () => {
    const { findings } = without(await flushed(), "finding:masquerade-missing/appnet,finding:docker-*");
    expect(findings.new.filter(({ check }) => check.startsWith("docker-"))).toEqual([]);
    expect(
      findings.new.filter(({ check }) => check === "masquerade-missing").map(({ subject }) => subject.name),
    ).toEqual(["bridge"]);
  });

  test("flows by who asks and what for, with causes counted anew", async () => {
    const whole = await change();
    const comparison = without(whole, "flow:outside -> *,flow:* -> legacy:21,flow:legacy -> *");
    expect(comparison.flows.some(({ from }) => from.some(({ kind }) => kind === "outside"))).toBe(false);
    expect(comparison.summary.flows.lost).toBe(0);
    for (const { cause, from, to } of comparison.flows) {
      const same = whole.flows.find((one) => one.from === from && one.to === to);
      const text = (index: number | null | undefined, { causes }: Comparison) => causes[index ?? -1]?.text;
      expect(text(cause, comparison)).toBe(text(same?.cause, whole));
    }
  });

  test("a part of those who are told together", async () => {
    const [flow] = (await change()).flows;
    if (flow === undefined) throw new Error("there is a flow");
    const party = (name: string) => ({ kind: "container" as const, before: name, after: name });
    const [to] = flow.to;
    if (to === undefined) throw new Error("it has a destination");
    const port = (number: number) => ({
      ...to,
      kind: "container" as const,
      publishes: null,
      name: { before: "db", after: "db" },
      port: number,
    });
    const together = { ...flow, from: [party("a"), party("b")], to: [port(1), port(2)] };
    const pairs = ({ flows }: Comparison) =>
      flows.flatMap(({ from, to: all }) => from.flatMap(({ after }) => all.map(({ port: one }) => `${after} ${one}`)));
    const some = without({ ...(await change()), flows: [together] }, "flow:a -> db:1");
    expect(pairs(some)).toEqual(["a 2", "b 1", "b 2"]);
    expect(pairs(without({ ...(await change()), flows: [together] }, "flow:b -> db:2"))).toEqual(["a 1", "a 2", "b 1"]);
  });
});
