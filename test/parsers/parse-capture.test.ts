import { describe, expect, it } from "vitest";
import { captureKinds } from "../../src/captures/kinds.ts";
import { parseAs } from "../../src/parsers/parse-capture.ts";

const jsonKinds = captureKinds.filter(({ counted }: { readonly counted?: string }) => counted === "json");
const textKinds = captureKinds.filter((kind) => !jsonKinds.includes(kind));

describe("parseAs", () => {
  it.each(textKinds.map(({ id }) => id))("leaves out a line that is too long, and says where: %s", (kind) => {
    const long = "x".repeat(70_000);
    const { notes } = parseAs(kind, `\n${long}\n`, 10);
    expect(notes).toEqual([
      { line: 11, text: `${"x".repeat(60)}…`, why: "a line of 70000 characters, of which 65536 would be read" },
    ]);
  });

  it.each(jsonKinds.map(({ id }) => id))("reads a long line of JSON, but no string that is too long: %s", (kind) => {
    const members = `"a": ${JSON.stringify("x".repeat(100_000))}`;
    const tooLong = `"a": ${JSON.stringify("x".repeat(300_000))}`;
    const whys = (text: string) => parseAs(kind, text).notes.map(({ why }) => why);
    expect(whys(`[{${members}}]`).join()).not.toContain("a string of more than");
    expect(whys(`[{${tooLong}}]`)).toEqual(["a string of more than 262,144 characters"]);
  });

  it("bounds the notes, and says how many more there are", () => {
    const { notes } = parseAs("ip-addr", "lorem ipsum\n".repeat(10_500));
    expect(notes).toHaveLength(10_001);
    expect(notes.at(-1)).toEqual({
      line: 10_001,
      text: "lorem ipsum",
      why: "from here on 500 more that are not understood",
    });
  });

  it("bounds the notes of JSON, whose mistakes may all stand on one line", () => {
    const { notes } = parseAs("docker-inspect", `[{},${"7,".repeat(50_000)}${'{"a":1},'.repeat(50_000)}7]`);
    expect(notes).toHaveLength(10_001);
  });
});
