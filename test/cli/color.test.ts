import { expect, test } from "vitest";
import { type ColorWishes, wantsColor } from "../../src/cli/color.ts";

const silent: ColorWishes = { flag: undefined, NO_COLOR: undefined, FORCE_COLOR: undefined, isTTY: false };

test.each<[Partial<ColorWishes>, boolean]>([
  [{}, false],
  [{ isTTY: true }, true],
  [{ flag: true }, true],
  [{ flag: false, isTTY: true, FORCE_COLOR: "1" }, false],
  [{ flag: true, NO_COLOR: "1" }, true],
  [{ NO_COLOR: "1", isTTY: true, FORCE_COLOR: "1" }, false],
  [{ NO_COLOR: "", isTTY: true }, true],
  [{ FORCE_COLOR: "1" }, true],
  [{ FORCE_COLOR: "0", isTTY: true }, false],
  [{ FORCE_COLOR: "false", isTTY: true }, false],
  [{ FORCE_COLOR: "", isTTY: true }, true],
])("%o gives %s", (wishes, expected) => {
  expect(wantsColor({ ...silent, ...wishes })).toBe(expected);
});
