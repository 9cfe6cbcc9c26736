import { expect, test } from "vitest";
import { mergeSources } from "../../src/lib/source.ts";

const places = (count: number, from = 1) =>
  Array.from({ length: count }, (_, i) => ({ file: "a.txt", line: from + i }));

test("each place once, in the order first met", () => {
  expect(mergeSources(places(2, 5), [], places(3, 4)).map(({ line }) => line)).toEqual([5, 6, 4]);
});

test("of very many places the first: a list that grows by one at a time stays short", () => {
  expect(mergeSources(places(1000))).toEqual(places(200));
  expect(places(1000).reduce((all: ReturnType<typeof places>, one) => mergeSources(all, [one]), [])).toEqual(
    places(200),
  );
});
