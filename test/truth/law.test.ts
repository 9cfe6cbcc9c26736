import { describe, expect, test } from "vitest";
import { readInput } from "../../src/cli/input.ts";
import { someOf } from "../support/extent.ts";
import { findHosts, hasNftables } from "./hosts.ts";
import { addLawScore, assumedShare, cutsOf, measureReduced, noLawScore, reductionsOf, unknownShare } from "./law.ts";

/*
 * Whatever was not captured, no answer is certain and wrong. `npm run truth -- fixtures/hosts --law` asks more of it; here a
 * few attempts of each host are asked for each reduction, others for the next one.
 */
const hosts = findHosts("fixtures/hosts");
const every = 60;
const reduced = await Promise.all(
  hosts.map(async (host) => {
    const snapshot = await readInput(host.snapshot);
    return { host, snapshot, reductions: reductionsOf(snapshot, 4, 1) };
  }),
);

describe("with captures taken away", () => {
  test.each(someOf(reduced, 8))("$host.name: no answer is certain and wrong", ({ host, snapshot, reductions }) => {
    let sum = noLawScore;
    const wrong: string[] = [];
    for (const [i, { name, keep }] of reductions.entries()) {
      const measured = measureReduced(host, snapshot, keep, every, i);
      sum = addLawScore(sum, measured);
      for (const { outcome, truth, answer } of measured.disagreements)
        if (outcome === "wrong") wrong.push(`${name}: ${truth.from} → ${truth.to}: ${answer.verdict}`);
    }
    expect(wrong).toEqual([]);
    // Of so few a single one weighs more than the half per cent that holds for all.
    expect(assumedShare(sum.score)).toBeLessThanOrEqual(0.03);
  });

  const cut = reduced.map((one, i) => ({ ...one, share: [0.3, 0.6, 0.9][i % 3] ?? 1 }));
  test.each(someOf(cut, 12))("$host.name: nor where captures break off after $share", ({ host, snapshot, share }) => {
    const wrong = cutsOf(snapshot, share).flatMap(({ name, snapshot: rest }, i) =>
      measureReduced(host, rest, () => true, every, i)
        .disagreements.filter(({ outcome }) => outcome === "wrong")
        .map(({ truth, answer }) => `${name}: ${truth.from} → ${truth.to}: ${answer.verdict}`),
    );
    expect(wrong).toEqual([]);
  });

  test("the four core captures do", () => {
    const some = reduced.filter(({ host }) => !hasNftables(host.name));
    const sum = some.reduce((before, { host, snapshot, reductions }) => {
      const core = reductions.find(({ name }) => name === "only the four core captures");
      return core === undefined ? before : addLawScore(before, measureReduced(host, snapshot, core.keep, 20));
    }, noLawScore);
    expect(sum.score.all).toBeGreaterThan(400);
    expect(assumedShare(sum.score)).toBeLessThanOrEqual(0.005);
    expect(unknownShare(sum)).toBeLessThanOrEqual(0.03);
  });
});
