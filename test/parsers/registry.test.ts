import { expect, test } from "vitest";
import { captureKinds } from "../../src/captures/kinds.ts";
import { parseAs, printAs } from "../../src/parsers/parse-capture.ts";
import { parsers } from "../../src/parsers/registry.ts";

const kinds = captureKinds.map(({ id }) => id);

test("each kind of capture has a parser, and each parser a kind", () => {
  expect(Object.keys(parsers).sort()).toEqual([...kinds].sort());
  expect(new Set(kinds).size).toBe(kinds.length);
});

test.each(kinds)("%s reads an empty text without a note, and prints what it read", (kind) => {
  const { data, notes } = parseAs(kind, "");
  expect(notes).toEqual([]);
  expect(typeof printAs(kind, data)).toBe("string");
});
