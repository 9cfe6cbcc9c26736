import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { analyze } from "../../src/operations/analyze.ts";
import { layOut } from "../../src/picture/layout.ts";
import type { Picture, PictureOptions, Rect } from "../../src/picture/picture.ts";
import { pictureOf } from "../../src/reporters/analysis/svg.ts";
import { runs } from "../support/extent.ts";
import { hostAnalysis, hostNames } from "../support/fixtures.ts";
import { syntheticSnapshot } from "../support/synthetic-snapshot.ts";

const apart = (a: Rect, b: Rect): boolean =>
  a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;

const inside = (inner: Rect, outer: { readonly width: number; readonly height: number }): boolean =>
  inner.x >= 0 && inner.y >= 0 && inner.x + inner.width <= outer.width && inner.y + inner.height <= outer.height;

/** Boxes of one level that lie over each other, or that stick out of what holds them. */
function faults(picture: Picture): string[] {
  const found: string[] = [];
  const check = (what: string, rects: readonly Rect[], outer: { readonly width: number; readonly height: number }) => {
    for (const [i, a] of rects.entries()) {
      if (!inside(a, outer)) found.push(`${what} ${i} sticks out`);
      for (const b of rects.slice(i + 1)) if (!apart(a, b)) found.push(`${what} ${i} overlaps`);
    }
  };
  check("group or device", [...picture.groups, ...picture.devices, ...picture.outside], picture);
  for (const group of picture.groups) {
    check(`cell of ${group.content.id}`, [...group.cells, ...(group.folded === null ? [] : [group.folded])], group);
  }
  return found;
}

const inputOf = (containers: number) => pictureOf(analyze(syntheticSnapshot({ containers, rules: 0 })));
const ofSize = (containers: number, options: Partial<PictureOptions> = {}) => layOut(inputOf(containers), options);

describe("layout", () => {
  test.each(hostNames)("%s: nothing overlaps or sticks out", async (name) => {
    expect(faults(layOut(pictureOf(await hostAnalysis(name))))).toEqual([]);
  });

  test("nothing overlaps in any size and shape, and every container is shown or counted", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), fc.double({ min: 0.4, max: 3, noNaN: true }), (count, aspect) => {
        const picture = ofSize(count, { aspect, foldAbove: 10 });
        expect(faults(picture)).toEqual([]);
        for (const { content, cells, folded } of picture.groups) {
          expect(cells.length + (folded?.count ?? 0)).toBe(content.cells.length);
        }
      }),
      { numRuns: runs(40) },
    );
  });

  test("the same host gives the same picture", () => {
    expect(ofSize(30)).toEqual(ofSize(30));
  });

  test("a container on two networks is whole on one and a guest on the other", () => {
    const cells = ofSize(40).groups.flatMap(({ content }) => content.cells.filter(({ name }) => name === "service-1"));
    expect(cells.map(({ tone }) => tone).sort()).toEqual(["container", "guest"]);
    expect(cells.find(({ tone }) => tone === "container")?.published).toEqual(["10000 → 80"]);
  });

  test("a large network folds, and opens", () => {
    const [folded] = ofSize(20, { foldAbove: 10 }).groups;
    expect([folded?.cells.length, folded?.folded?.count, folded?.opened]).toEqual([7, 13, false]);
    const id = folded?.content.id ?? "";
    const [opened] = ofSize(20, { foldAbove: 10, opened: new Set([id]) }).groups;
    expect([opened?.cells.length, opened?.folded, opened?.opened]).toEqual([20, null, true]);
  });

  test("what has a finding stays in sight when a network folds", () => {
    const badge = { severity: "error", count: 2 } as const;
    const badges = new Map([["container:service-20", badge]]);
    const [group] = layOut({ ...inputOf(20), badges }, { foldAbove: 10 }).groups;
    expect(group?.cells.find(({ content }) => content.name === "service-20")?.content.badge).toEqual(badge);
  });

  test("macvlan hangs on its parent, and the host's own containers have a box", async () => {
    const { groups, wires } = layOut(pictureOf(await hostAnalysis("drivers-docker28")));
    const lan = groups.find(({ content }) => content.title === "lanmac");
    expect(lan?.content.wiring).toEqual({ kind: "parent", node: "interface:eth0" });
    expect(wires.some(({ between }) => between.join(" ") === "interface:eth0 network:lanmac")).toBe(true);
    const titles = groups.map(({ content }) => content.title);
    expect(titles).toEqual(expect.arrayContaining(["network host", "network none"]));
  });
});
