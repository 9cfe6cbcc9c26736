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

  it("checks no more of a text of JSON that is nothing but mistakes", () => {
    const good = '{"Id":"1","State":{}}';
    const containers = (bad: number) => parseAs("docker-inspect", `[${"{},".repeat(bad)}${good}]`).data.length;
    expect(containers(9999)).toBe(1);
    expect(containers(10_000)).toBe(0);
  });

  it("reads no object with more members than any map of a host has", () => {
    const members = (count: number) => Array.from({ length: count }, (_, i) => `"${i}":1`).join();
    const whys = (count: number) => parseAs("daemon-json", `{${members(count)}}`).notes.map(({ why }) => why);
    expect(whys(100_000)).toEqual([]);
    expect(whys(100_001)).toEqual(["an object of more than 100000 members"]);
  });

  it("ends where most of the text is no JSON", () => {
    const { data, notes } = parseAs("docker-inspect", `[\n${"//\n".repeat(100_001)}{"Id":"1","State":{}}]`);
    expect(data).toEqual([]);
    expect(notes).toHaveLength(10_001);
  });

  it("bounds the notes of JSON, whose mistakes may all stand on one line", () => {
    const { notes } = parseAs("docker-inspect", `[{},${"7,".repeat(50_000)}${'{"a":1},'.repeat(50_000)}7]`);
    expect(notes).toHaveLength(10_001);
  });
});
