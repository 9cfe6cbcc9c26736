import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Capture, Snapshot } from "../../../src/captures/snapshot.ts";
import type { ThingChanges } from "../../../src/diff/change.ts";
import { matchHosts } from "../../../src/diff/match.ts";
import { compareThings } from "../../../src/diff/things.ts";
import { buildHost } from "../../../src/model/build-host.ts";
import type { Host } from "../../../src/model/host.ts";
import { parseCapture } from "../../../src/parsers/parse-capture.ts";
import type { ParsedCapture } from "../../../src/parsers/registry.ts";
import { hostNames, hostSnapshot } from "../../support/fixtures.ts";
import { inverseOf, unordered } from "../../support/inverse-changes.ts";

interface Item {
  readonly capture: Capture;
  readonly parsed: ParsedCapture | null;
}

interface Captured {
  readonly snapshot: Snapshot;
  readonly items: readonly Item[];
}

const hosts = new Map<string, Captured>();
for (const name of hostNames) {
  const snapshot = await hostSnapshot(name);
  const items = snapshot.captures.map((capture) => ({
    capture,
    parsed: capture.state === "ok" ? parseCapture(capture) : null,
  }));
  hosts.set(name, { snapshot, items });
}

function captured(name: string): Captured {
  const found = hosts.get(name);
  if (found === undefined) throw new Error(`there is no host ${name}`);
  return found;
}

function hostFrom(name: string, items: readonly Item[] = captured(name).items): Host {
  const captures = items.map(({ capture }) => capture);
  return buildHost(
    { ...captured(name).snapshot, captures },
    items.flatMap(({ parsed }) => parsed ?? []),
  );
}

/** The hosts of all their captures, each rebuilt once. */
const wholes = new Map(hostNames.map((name) => [name, hostFrom(name)]));

function wholeHost(name: string): Host {
  const found = wholes.get(name);
  if (found === undefined) throw new Error(`there is no host ${name}`);
  return found;
}

const compare = (before: Host, after: Host): ThingChanges => compareThings(before, after, matchHosts(before, after));
const nothing: ThingChanges = { changes: [], chains: [], incomparable: [] };
const some = { numRuns: 40 };

describe("what differs between two hosts", () => {
  test.each(hostNames)("%s does not differ from itself", (name) => {
    expect(compare(wholeHost(name), hostFrom(name))).toEqual(nothing);
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
    const part = (name: string) => fc.subarray([...captured(name).items]).map((items) => hostFrom(name, items));
    const parts = fc.constantFrom(...hostNames).chain((name) => {
      const other = hostNames.find((each) => each === `${name}-after`) ?? name;
      return fc.tuple(part(name), part(other));
    });
    fc.assert(
      fc.property(parts, ([before, after]) => {
        expect(unordered(inverseOf(compare(before, after)))).toEqual(unordered(compare(after, before)));
      }),
      { numRuns: 100 },
    );
  });

  test("does not depend on the order of the captures", () => {
    const shuffled = fc.constantFrom(...hostNames).chain((name) => {
      const { items } = captured(name);
      return fc.tuple(fc.constant(name), fc.shuffledSubarray([...items], { minLength: items.length }));
    });
    fc.assert(
      fc.property(shuffled, fc.constantFrom(...hostNames), ([name, items], other) => {
        expect(compare(hostFrom(name, items), wholeHost(other))).toEqual(compare(wholeHost(name), wholeHost(other)));
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
  const cases = hostNames.flatMap((name) => captured(name).items.map((item) => ({ name, item })));
  /** Of the captures inside containers one of each kind: the containers are alike. */
  const distinct = new Map(
    cases.map((each) => [`${each.name} ${each.item.capture.kind} ${each.item.capture.netns === null}`, each]),
  );

  test.each(hostNames)("%s: is said, and no change is made of it", (name) => {
    const whole = wholeHost(name);
    for (const { item } of [...distinct.values()].filter((each) => each.name === name)) {
      if (item.capture.state !== "ok") continue;
      const items = captured(name).items.filter((each) => each !== item);
      const again = captured(name).items.some(
        ({ capture }) =>
          capture !== item.capture && capture.kind === item.capture.kind && capture.netns === item.capture.netns,
      );
      const { changes, chains, incomparable } = compare(whole, hostFrom(name, items));
      expect({ changes, chains }, item.capture.file).toEqual({ changes: [], chains: [] });
      expect(incomparable.length > 0 || again, item.capture.file).toBe(true);
    }
  });

  test("makes no change of a host that has not changed, however many they are", () => {
    const parts = fc.constantFrom(...hostNames).chain((name) => {
      const part = fc.subarray(captured(name).items.map((_, place) => place));
      return fc.record({ name: fc.constant(name), one: part, other: part });
    });
    fc.assert(
      fc.property(parts, ({ name, one, other }) => {
        const pick = (places: readonly number[]) => places.flatMap((place) => captured(name).items[place] ?? []);
        const { changes, chains } = compare(hostFrom(name, pick(one)), hostFrom(name, pick(other)));
        expect({ changes, chains }).toEqual({ changes: [], chains: [] });
      }),
      { numRuns: 150 },
    );
  });
});
