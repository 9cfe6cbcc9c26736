import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeHost } from "../../src/analyze.ts";
import type { Capture, Snapshot } from "../../src/captures/snapshot.ts";
import { buildHost } from "../../src/model/build-host.ts";
import type { Host } from "../../src/model/host.ts";
import { parseCapture } from "../../src/parsers/parse-capture.ts";
import type { ParsedCapture } from "../../src/parsers/registry.ts";
import { reporters } from "../../src/reporters/registry.ts";
import { hostNames, hostSnapshot } from "../support/fixtures.ts";
import { syntheticSnapshot } from "../support/synthetic-snapshot.ts";

/** A capture with what the parser made of it, so that nothing is parsed twice here. */
interface Item {
  readonly capture: Capture;
  readonly parsed: ParsedCapture | null;
}

const itemsOf = ({ captures }: Snapshot): Item[] =>
  captures.map((capture) => ({ capture, parsed: capture.state === "ok" ? parseCapture(capture) : null }));

const hosts = new Map<string, { readonly snapshot: Snapshot; readonly items: readonly Item[] }>();
for (const name of hostNames) {
  const snapshot = await hostSnapshot(name);
  hosts.set(name, { snapshot, items: itemsOf(snapshot) });
}

/** The host of some of a snapshot's captures, in the order given. */
function hostFrom(name: string, items: readonly Item[]): Host {
  const snapshot = hosts.get(name)?.snapshot;
  if (snapshot === undefined) throw new Error(`there is no host ${name}`);
  const parsed = items.flatMap((item) => item.parsed ?? []);
  return buildHost({ ...snapshot, captures: items.map(({ capture }) => capture) }, parsed);
}

const allOf = (name: string): readonly Item[] => hosts.get(name)?.items ?? [];
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
        const [host, other] = [hostFrom(name, allOf(name)), hostFrom(name, pick(name, order))];
        expect(other).toEqual(host);
        expect(text(other)).toBe(text(host));
      }),
      { numRuns: 60 },
    );
  });

  test.each(hostNames)("%s is shown without any one capture", (name) => {
    // Of the captures inside containers one of each kind: the containers are alike.
    const kinds = new Map(allOf(name).map((item) => [`${item.capture.kind} ${item.capture.netns === null}`, item]));
    for (const one of kinds.values()) {
      const others = allOf(name).filter((item) => item !== one);
      expect(() => text(hostFrom(name, others)), one.capture.file).not.toThrow();
    }
  });

  test("is shown from any part of its captures", () => {
    fc.assert(
      fc.property(shuffled(0), ({ name, order }) => {
        text(hostFrom(name, pick(name, order)));
      }),
      { numRuns: 200 },
    );
  });

  test.each(hostNames)("%s captured twice is the same host", (name) => {
    const again = allOf(name).map(({ capture, parsed }): Item => {
      const copy = { ...capture, file: `again/${capture.file}` };
      return { capture: copy, parsed: parsed === null ? null : ({ ...parsed, capture: copy } as ParsedCapture) };
    });
    const once = hostFrom(name, allOf(name));
    expect(withoutSources(hostFrom(name, [...allOf(name), ...again]))).toEqual(withoutSources(once));
  });

  test("is plain data", () => {
    const snapshot = syntheticSnapshot({ containers: 20, rules: 10 });
    const host = buildHost(
      snapshot,
      itemsOf(snapshot).flatMap(({ parsed }) => parsed ?? []),
    );
    expect(JSON.parse(JSON.stringify(host))).toEqual(host);
  });
});

/** What a host is, without the places it was read from. */
function withoutSources(host: Host): unknown {
  const { captures: _, ...facts } = host;
  const places = new Set(["sources", "file"]);
  return JSON.parse(JSON.stringify(facts, (key, value) => (places.has(key) ? undefined : value)));
}
