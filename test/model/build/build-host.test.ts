import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildHost } from "../../../src/model/build/build-host.ts";
import type { Host } from "../../../src/model/host.ts";
import { describeHost } from "../../../src/operations/analyze.ts";
import type { ParsedCapture } from "../../../src/parsers/registry.ts";
import { reporters } from "../../../src/reporters/analysis/registry.ts";
import { asTexts } from "../../support/as-texts.ts";
import { allOf, type Item, itemsOf, partOf, wholeHost } from "../../support/captured.ts";
import { runs, someOf } from "../../support/extent.ts";
import { hostNames } from "../../support/fixtures.ts";
import { syntheticSnapshot } from "../../support/synthetic-snapshot.ts";

const text = (host: Host): string => reporters.text(describeHost(host, { unread: [] }), { width: 100, color: false });

/** A host by its name, and its captures by their places, shuffled: short enough to read in a counterexample. */
const shuffled = (minimum: number) =>
  fc.constantFrom(...hostNames).chain((name) => {
    const places = allOf(name).map((_, place) => place);
    const minLength = Math.floor(places.length * minimum);
    return fc.shuffledSubarray(places, { minLength }).map((order) => ({ name, order }));
  });
const pick = (name: string, order: readonly number[]): Item[] => order.flatMap((place) => allOf(name)[place] ?? []);

describe("a host", () => {
  test("is the same in whatever order its captures are", () => {
    fc.assert(
      fc.property(shuffled(1), ({ name, order }) => {
        const [host, other] = [wholeHost(name), partOf(name, pick(name, order))];
        expect(other).toEqual(host);
        expect(text(other)).toBe(text(host));
      }),
      { numRuns: runs(60) },
    );
  });

  test.each(someOf(hostNames, 10))("%s is shown without any one capture", (name) => {
    // Of the captures inside containers one of each kind: the containers are alike.
    const kinds = new Map(allOf(name).map((item) => [`${item.capture.kind} ${item.capture.netns === null}`, item]));
    for (const one of kinds.values()) {
      const others = allOf(name).filter((item) => item !== one);
      expect(() => text(partOf(name, others)), one.capture.file).not.toThrow();
    }
  });

  test("is shown from any part of its captures", () => {
    fc.assert(
      fc.property(shuffled(0), ({ name, order }) => {
        text(partOf(name, pick(name, order)));
      }),
      { numRuns: runs(200) },
    );
  });

  test.each(someOf(hostNames, 6))("%s captured twice is the same host", (name) => {
    const again = allOf(name).map(({ capture, parsed }): Item => {
      const copy = { ...capture, file: `again/${capture.file}` };
      return { capture: copy, parsed: parsed === null ? null : ({ ...parsed, capture: copy } as ParsedCapture) };
    });
    expect(withoutSources(partOf(name, [...allOf(name), ...again]))).toEqual(withoutSources(wholeHost(name)));
  });

  test("is plain data", () => {
    const snapshot = syntheticSnapshot({ containers: 20, rules: 10 });
    const host = buildHost(
      snapshot,
      itemsOf(snapshot).flatMap(({ parsed }) => parsed ?? []),
    );
    expect(structuredClone(host)).toEqual(host);
  });
});

/** What a host is, without the places it was read from. */
function withoutSources(host: Host): unknown {
  const { captures: _, ...facts } = host;
  const places = new Set(["sources", "file"]);
  return JSON.parse(JSON.stringify(asTexts(facts), (key, value) => (places.has(key) ? undefined : value)));
}
