import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ThingChanges } from "../../../src/diff/change.ts";
import { matchHosts } from "../../../src/diff/match/match.ts";
import { compareThings } from "../../../src/diff/things.ts";
import type { Host } from "../../../src/model/host.ts";
import { allOf, partOf, wholeHost } from "../../support/captured.ts";
import { runs, someOf } from "../../support/extent.ts";
import { hostNames } from "../../support/fixtures.ts";
import { inverseOf, unordered } from "../../support/inverse-changes.ts";

const compare = (before: Host, after: Host): ThingChanges => compareThings(before, after, matchHosts(before, after));
const nothing: ThingChanges = { changes: [], chains: [], incomparable: [] };
const some = { numRuns: runs(40) };

describe("what differs between two hosts", () => {
  test.each(someOf(hostNames, 4))("%s does not differ from itself", (name) => {
    expect(compare(wholeHost(name), partOf(name, allOf(name)))).toEqual(nothing);
  });

  test("is the inverse the other way round", () => {
    fc.assert(
      fc.property(fc.constantFrom(...hostNames), fc.constantFrom(...hostNames), (one, other) => {
        const [before, after] = [wholeHost(one), wholeHost(other)];
        expect(unordered(inverseOf(compare(before, after)))).toEqual(unordered(compare(after, before)));
      }),
      some,
    );
  });

  test("is the inverse the other way round, whatever is missing on either side", () => {
    const part = (name: string) => fc.subarray([...allOf(name)]).map((items) => partOf(name, items));
    const parts = fc.constantFrom(...hostNames).chain((name) => {
      const other = hostNames.find((each) => each === `${name}-after`) ?? name;
      return fc.tuple(part(name), part(other));
    });
    fc.assert(
      fc.property(parts, ([before, after]) => {
        expect(unordered(inverseOf(compare(before, after)))).toEqual(unordered(compare(after, before)));
      }),
      { numRuns: runs(100) },
    );
  });

  test("does not depend on the order of the captures", () => {
    const shuffled = fc.constantFrom(...hostNames).chain((name) => {
      const items = allOf(name);
      return fc.tuple(fc.constant(name), fc.shuffledSubarray([...items], { minLength: items.length }));
    });
    fc.assert(
      fc.property(shuffled, fc.constantFrom(...hostNames), ([name, items], other) => {
        expect(compare(partOf(name, items), wholeHost(other))).toEqual(compare(wholeHost(name), wholeHost(other)));
      }),
      some,
    );
  });

  test("is plain data", () => {
    const differs = compare(wholeHost("change-docker28"), wholeHost("change-docker28-after"));
    expect(JSON.parse(JSON.stringify(differs))).toEqual(differs);
  });
});

describe("a capture that only one side has", () => {
  const cases = hostNames.flatMap((name) => allOf(name).map((item) => ({ name, item })));
  /** Of the captures inside containers one of each kind: the containers are alike. */
  const distinct = new Map(
    cases.map((each) => [`${each.name} ${each.item.capture.kind} ${each.item.capture.netns === null}`, each]),
  );

  test.each(someOf(hostNames, 20))("%s: is said, and no change is made of it", (name) => {
    const whole = wholeHost(name);
    for (const { item } of [...distinct.values()].filter((each) => each.name === name)) {
      if (item.capture.state !== "ok") continue;
      const items = allOf(name).filter((each) => each !== item);
      const again = allOf(name).some(
        ({ capture }) =>
          capture !== item.capture && capture.kind === item.capture.kind && capture.netns === item.capture.netns,
      );
      const { changes, chains, incomparable } = compare(whole, partOf(name, items));
      expect({ changes, chains }, item.capture.file).toEqual({ changes: [], chains: [] });
      expect(incomparable.length > 0 || again, item.capture.file).toBe(true);
    }
  });

  test("makes no change of a host that has not changed, however many they are", () => {
    const parts = fc.constantFrom(...hostNames).chain((name) => {
      const part = fc.subarray(allOf(name).map((_, place) => place));
      return fc.record({ name: fc.constant(name), one: part, other: part });
    });
    fc.assert(
      fc.property(parts, ({ name, one, other }) => {
        const pick = (places: readonly number[]) => places.flatMap((place) => allOf(name)[place] ?? []);
        const { changes, chains } = compare(partOf(name, pick(one)), partOf(name, pick(other)));
        expect({ changes, chains }).toEqual({ changes: [], chains: [] });
      }),
      { numRuns: runs(150) },
    );
  });
});
