import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatRoute, type PageRoute, parseRoute, parseSide, type ShownSide } from "../../src/web/route.ts";

const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
const route: fc.Arbitrary<PageRoute> = fc.oneof(
  fc.record({ view: fc.constant("picture" as const), node: fc.option(text) }),
  fc.record({ view: fc.constant("findings" as const), check: fc.option(text) }),
  fc.record({ view: fc.constant("trace" as const), from: text.filter((name) => !name.includes(">")), to: text }),
  fc.record({
    view: fc.constant("captures" as const),
    file: text.filter((name) => !/:\d*$/.test(name)),
    line: fc.option(fc.nat()),
  }),
  fc.constant<PageRoute>({ view: "reachability" }),
  fc.constant<PageRoute>({ view: "snapshot" }),
  fc.constant<PageRoute>({ view: "changes", at: null }),
  fc.record({
    view: fc.constant("changes" as const),
    at: fc.oneof(
      fc.record({
        kind: fc.constant("flow" as const),
        flow: fc.nat(999_999),
        side: fc.constantFrom<ShownSide>("before", "after"),
      }),
      fc.record({ kind: fc.constant("node" as const), node: text.filter((name) => !/^flow:/.test(name)) }),
    ),
  }),
);

describe("the address of a view", () => {
  test("says the same when it is read again", () => {
    fc.assert(
      fc.property(route, (one) => {
        expect(parseRoute(formatRoute(one))).toEqual(one);
      }),
    );
  });

  test("names the side, but for what is about both", () => {
    fc.assert(
      fc.property(route, fc.constantFrom<ShownSide>("before", "after"), (one, side) => {
        const hash = formatRoute(one, side);
        expect(parseRoute(hash)).toEqual(one);
        expect(parseSide(hash)).toBe(one.view === "changes" ? null : side);
        expect(parseSide(formatRoute(one))).toBeNull();
      }),
    );
  });

  test("is what a person would write", () => {
    expect(formatRoute({ view: "trace", from: "web", to: "db:3306" })).toBe("#trace=web>db:3306");
    expect(parseRoute("#trace=web%3Edb:3306")).toEqual({ view: "trace", from: "web", to: "db:3306" });
    expect(parseRoute("#captures=ip_a.txt:31")).toEqual({ view: "captures", file: "ip_a.txt", line: 31 });
  });

  test("shows the picture whatever else it holds", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (hash) => {
        expect(parseRoute(hash).view).toMatch(/^\w+$/);
      }),
    );
    expect(parseRoute("#nonsense=%zz")).toEqual({ view: "picture", node: "%zz" });
  });
});
