import { describe, expect, test } from "vitest";
import { someOf } from "../../support/extent.ts";
import { bundledHost, hostNames, hostSnapshot } from "../../support/fixtures.ts";
import { pairingTruth, reduced, reductions, wrongPairings } from "../../support/pairing-truth.ts";

describe.each(hostNames)("veths of %s", async (name) => {
  const snapshot = await hostSnapshot(name);
  const truth = pairingTruth(snapshot);

  test("every container that was captured inside is found, and nothing else", async () => {
    expect(wrongPairings(snapshot, truth)).toEqual([]);
    const { pairings } = await bundledHost(name);
    const paired = pairings.flatMap((each) => (each.kind === "paired" ? [each.interface] : []));
    expect(new Set(paired)).toEqual(new Set(truth.keys()));
    expect(pairings.filter(({ kind }) => kind !== "paired")).toEqual([]);
  });

  test.each(someOf(Object.entries(reductions), 2))("%s none is paired wrongly", (_, keep) => {
    expect(wrongPairings(reduced(snapshot, keep), truth)).toEqual([]);
  });
});

test("the truth that pairings are compared with is there", async () => {
  const counts = await Promise.all(hostNames.map(async (name) => pairingTruth(await hostSnapshot(name)).size));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(150);
});
