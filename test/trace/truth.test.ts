import { describe, expect, test } from "vitest";
import { say } from "../../src/reasons/reason.ts";
import { isAll, someOf } from "../support/extent.ts";
import { hostSnapshot } from "../support/fixtures.ts";
import { findHosts, hasNftables, isUntouched } from "../truth/hosts.ts";
import {
  addScores,
  allBut,
  answeredShare,
  type Keep,
  type Measured,
  measure,
  onlyCore,
  type Score,
} from "../truth/measure.ts";

/*
 * Every answer against what the kernel and the engine of the host really did. What remains is listed with its causes in
 * test/truth/known.ts and docs/fidelity.md.
 */
const hosts = findHosts("fixtures/hosts");
const nftablesHosts = hosts.filter(({ name }) => hasNftables(name));
const iptablesHosts = hosts.filter(({ name }) => !hasNftables(name));

async function measured({ name, truth }: (typeof hosts)[number], keep: Keep): Promise<Measured> {
  const result = measure(name, await hostSnapshot(name), truth, keep);
  // Named one by one, so that a failure says what to look at.
  const wrong = result.disagreements.filter(({ outcome }) => outcome === "wrong");
  expect(wrong.map(({ truth: { from, to }, answer: { verdict } }) => `${from} → ${to}: ${verdict}`)).toEqual([]);
  return result;
}

describe("with everything captured", () => {
  test.each(someOf(iptablesHosts, 4))("$name: no answer is wrong", async (host) => {
    const { all, unknown, unnamed, right, known } = (await measured(host, allBut([]))).score;
    expect(unnamed).toBe(0);
    expect(unknown / all).toBeLessThanOrEqual(0.01);
    // The source seen and the kind of failure count, too.
    expect((right + known) / (all - unknown)).toBeGreaterThanOrEqual(0.99);
  });

  test.each(someOf(nftablesHosts, 4))("$name: what is unknown says why", async (host) => {
    const { unknown } = await measured(host, allBut([]));
    expect(unknown.filter(({ because }) => !because.some((why) => say(why).includes("nftables")))).toEqual([]);
  });
});

describe("with captures removed", () => {
  const reduced: readonly (readonly [string, Keep])[] = [
    ["only the four core captures", onlyCore],
    ["without docker inspect", allBut(["docker-inspect"])],
    ["without routes", allBut(["ip-route", "ip6-route"])],
    ["without sysctl", allBut(["sysctl"])],
    ["without containers' insides", allBut(["netns"])],
  ];

  const some = someOf(iptablesHosts, 8);
  // Each host on its own, so that no test is long; what they come to is added up below.
  const untouched = new Map<string, Score[]>(reduced.map(([what]) => [what, []]));
  describe.each(reduced)("%s", (what, keep) => {
    test.each(some)("$name: a wrong answer names what it assumed", async (host) => {
      const { score } = await measured(host, keep);
      if (isUntouched(host.name)) untouched.get(what)?.push(score);
    });

    // Hosts differ, and a part of them is no better than its worst.
    const share = isAll ? 0.95 : 0.9;
    test(`${100 * share} % are answered`, () => {
      const scores = untouched.get(what) ?? [];
      expect(scores.length).toBe(some.filter(({ name }) => isUntouched(name)).length);
      expect(answeredShare(addScores(scores))).toBeGreaterThanOrEqual(share);
    });
  });
});
