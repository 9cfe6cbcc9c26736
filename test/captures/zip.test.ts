import JSZip from "jszip";
import { describe, expect, it } from "vitest";
import type { Limits } from "../../src/captures/limits.ts";
import { SnapshotError } from "../../src/captures/snapshot.ts";
import { readZip as readZipWith } from "../../src/captures/zip/zip.ts";
import { inflateAtOnce } from "../../src/cli/inflate-at-once.ts";
import { deflatedZeros, makeZip, type RawEntry } from "../support/zip.ts";

const MiB = 1024 * 1024;
const text = (files: ReadonlyMap<string, Uint8Array>) =>
  Object.fromEntries([...files].map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]));

/** Reads as the page does, and as the command does, which has to come to the same. */
async function readZip(zip: Uint8Array, limits: Partial<Limits> = {}): Promise<ReadonlyMap<string, Uint8Array>> {
  const [streamed, atOnce] = await Promise.allSettled([
    readZipWith(zip, limits),
    readZipWith(zip, limits, inflateAtOnce),
  ]);
  if (streamed.status === "rejected") {
    expect(atOnce.status === "rejected" && String(atOnce.reason)).toBe(String(streamed.reason));
    throw streamed.reason;
  }
  if (atOnce.status === "rejected") throw atOnce.reason;
  expect(bytesOf(atOnce.value)).toEqual(bytesOf(streamed.value));
  return streamed.value;
}

const bytesOf = (files: ReadonlyMap<string, Uint8Array>) => [...files].map(([name, bytes]) => [name, [...bytes]]);

/** The one line that a person gets. */
async function refusal(zip: Uint8Array, limits = {}): Promise<string> {
  const error = await readZip(zip, limits).then(
    () => new Error("it was read"),
    (error: unknown) => error as Error,
  );
  if (!(error instanceof SnapshotError)) throw error;
  expect(error.message).not.toMatch(/[\n\u0000-\u001f]/);
  return error.message;
}

describe("a good zip", () => {
  it("is read, packed or stored, with folders and an empty file", async () => {
    const zip = makeZip([
      { name: "captures/", data: "", stored: true },
      { name: "captures/a.txt", data: "hello\n".repeat(10) },
      { name: "./b.txt", data: "stored", stored: true },
      { name: "empty", data: "" },
      { name: "__proto__", data: "just a name" },
      { name: "42", data: "numbers sort first" },
    ]);
    const files = await readZip(zip);
    expect([...files.keys()].sort()).toEqual(["42", "__proto__", "b.txt", "captures/a.txt", "empty"]);
    expect(text(files)).toMatchObject({ "captures/a.txt": "hello\n".repeat(10), "b.txt": "stored", empty: "" });
  });

  it("is read as jszip writes it, with data descriptors too", async () => {
    const zip = new JSZip().file("netns/web/ip-addr.txt", "1: lo").file("käse.txt", "x".repeat(100_000));
    for (const streamFiles of [true, false]) {
      const bytes = await zip.generateAsync({ type: "uint8array", compression: "DEFLATE", streamFiles });
      expect(text(await readZip(bytes))).toEqual({ "netns/web/ip-addr.txt": "1: lo", "käse.txt": "x".repeat(100_000) });
    }
  });

  it("may have bytes before and behind it", async () => {
    const zip = makeZip([{ name: "a", data: "b" }]);
    const padded = new Uint8Array([...new TextEncoder().encode("#!/bin/sh\n"), ...zip, 10, 10]);
    expect(text(await readZip(padded))).toEqual({ a: "b" });
  });

  it("may be empty", async () => {
    expect((await readZip(makeZip([]))).size).toBe(0);
  });
});

describe("a hostile or broken zip is refused", () => {
  const bad = (name: string | Uint8Array): RawEntry[] => [
    { name: "good", data: "x" },
    { name, data: "x" },
  ];
  it.each<[string, RawEntry[], RegExp]>([
    ["absolute path", bad("/etc/passwd"), /"\/etc\/passwd" in the zip is an absolute path/],
    ["drive letter", bad("C:/x"), /is an absolute path/],
    ["..", bad("a/../../b"), /"a\/..\/..\/b" in the zip points out of the zip/],
    ["only ..", bad(".."), /points out of the zip/],
    ["backslash", bad("a\\b"), /has a backslash/],
    ["NUL", bad("a\0b"), /"a\\x00b" in the zip has a control character/],
    ["line end", bad("a\nb"), /"a\\nb" in the zip has a control character/],
    ["escape sequence", bad("\u001b[31mred"), /has a control character/],
    ["C1 control", bad("a\u009bb"), /has a control character/],
    ["twice", [...bad("same"), { name: "same", data: "y" }], /"same" in the zip is in the zip twice/],
    ["twice by ./", [...bad("same"), { name: "./same", data: "y" }], /two entries of the zip have one name/],
    ["encrypted", [{ name: "a", data: "x", claims: { flags: 0x801 } }], /"a" in the zip is encrypted/],
    ["wrong checksum", [{ name: "a", data: "x", claims: { crc: 7 } }], /"a" in the zip is damaged/],
    ["says it is smaller", [{ name: "a", data: "xyz".repeat(99), claims: { size: 3 } }], /"a" in the zip is damaged/],
    ["says it is larger", [{ name: "a", data: "xyz", claims: { size: 30 } }], /"a" in the zip is damaged/],
    [
      "says it is empty",
      [{ name: "a", data: "0123456789abcdefghij", claims: { size: 0 } }],
      /says that it is empty and is not/,
    ],
    [
      "broken packing",
      [{ name: "a", data: "xyz", deflated: new Uint8Array([7, 7, 7, 7]) }],
      /"a" in the zip is damaged/,
    ],
    ["unknown method", [{ name: "a", data: "x", claims: { method: 14 } }], /"a" in the zip is packed by method 14/],
    [
      "two with one local header",
      [
        { name: "a", data: "x" },
        { name: "b", data: "x", shared: true },
      ],
      /have one name/,
    ],
    [
      "overlapping bytes",
      [..."abc"].map((name) => ({
        name,
        data: name.repeat(900),
        stored: true,
        claims: name === "a" ? { size: 2000, packedSize: 2000 } : {},
      })),
      /entries of the zip overlap/,
    ],
  ])("%s", async (_, entries, message) => {
    expect(await refusal(makeZip(entries))).toMatch(message);
  });

  it("cut off, or no zip at all", async () => {
    const zip = makeZip([{ name: "a", data: "x".repeat(1000), stored: true }]);
    expect(await refusal(zip.slice(0, 500))).toBe("the zip is cut off: its end is missing; copy or download it again");
    expect(await refusal(zip.slice(100))).toMatch(/the zip is damaged: bytes are missing in it/);
    expect(await refusal(new TextEncoder().encode("1: lo: <LOOPBACK>"))).toMatch(
      /^this is no zip file; give a zip, a folder/,
    );
    expect(await refusal(new Uint8Array())).toMatch(/^this is no zip file/);
  });

  it("at any place where it is cut, or with any byte changed, in one line", async () => {
    const zip = makeZip([
      { name: "a", data: "x".repeat(50) },
      { name: "netns/web/b", data: "y", stored: true },
    ]);
    for (let length = 0; length < zip.length; length++) expect(await refusal(zip.slice(0, length))).toBeTruthy();
    for (let at = 0; at < zip.length; at++) {
      for (const value of [0, 0xff, (zip[at] ?? 0) ^ 1]) {
        const changed = zip.slice();
        changed[at] = value;
        const read = await readZip(changed).catch((error: unknown) => error);
        if (!(read instanceof Map)) expect(read).toBeInstanceOf(SnapshotError);
      }
    }
  });
});

describe("limits hold", () => {
  it("for the number of entries, whatever the end record says", async () => {
    const entries = Array.from({ length: 30 }, (_, at) => ({ name: `f${at}`, data: "" }));
    expect(await refusal(makeZip(entries), { entries: 20 })).toMatch(
      /the zip holds 30 entries, more than the 20 allowed/,
    );
    expect(await refusal(makeZip(entries, { count: 3 }), { entries: 20 })).toMatch(/more than 20 entries/);
    expect(await refusal(makeZip(entries, { count: 3 }))).toMatch(/its directory lists 30 of 3 entries/);
    expect((await readZip(makeZip(entries), { entries: 30 })).size).toBe(30);
  });

  it("for zip64 markers without the record that they stand for", async () => {
    expect(await refusal(makeZip([{ name: "a", data: "x" }], { offset: 0xffffffff }))).toMatch(
      /zip64 end record is not where/,
    );
  });

  it("for one file and for all together, by what the zip says", async () => {
    const files = [..."abc"].map((name) => ({
      name,
      data: Buffer.from(Array.from({ length: 1000 }, (_, i) => (i * 7919) % 251)),
    }));
    expect(await refusal(makeZip(files), { fileBytes: 999 })).toMatch(/"a" in the zip inflates to more than 999 bytes/);
    expect(await refusal(makeZip(files), { totalBytes: 2999 })).toMatch(/the zip inflates to more than 2999 bytes/);
    expect((await readZip(makeZip(files), { totalBytes: 3000, fileBytes: 1000 })).size).toBe(3);
  });

  it("for a bomb of a gigabyte in a megabyte, honest or not, in little memory", async () => {
    const deflated = deflatedZeros(1024 * MiB);
    expect(deflated.length).toBeLessThan(1.2 * MiB);
    const bomb = (size: number) => makeZip([{ name: "bomb.txt", deflated, claims: { size, crc: 0 } }]);
    const cases: [Uint8Array, RegExp][] = [
      [bomb(1024 * MiB), /"bomb.txt" in the zip inflates to more than 32 MiB/],
      [bomb(30 * MiB), /"bomb.txt" in the zip is a zip bomb/],
      [bomb(100), /"bomb.txt" in the zip is damaged/],
    ];
    const before = process.memoryUsage().rss;
    for (const [zip, message] of cases) expect(await refusal(zip)).toMatch(message);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * MiB);
  });

  it("for a bomb in many files", async () => {
    const deflated = deflatedZeros(8 * MiB);
    const many = Array.from({ length: 200 }, (_, at) => ({
      name: `f${at}`,
      deflated,
      claims: { size: 8 * MiB, crc: 0 },
    }));
    expect(await refusal(makeZip(many))).toMatch(/zip bomb|more than 128 MiB/);
  });
});

describe("what the library would stumble over is named", () => {
  it.each([
    ["a pipe", 0x11ff],
    ["a character device", 0x21ff],
    ["a block device", 0x61ff],
    ["a socket", 0xc1ff],
  ])("%s", async (_, mode) => {
    const zip = makeZip([{ name: "a.txt", data: "x", claims: { attributes: mode * 0x10000 } }]);
    expect(await refusal(zip)).toBe(
      'refused: "a.txt" in the zip is a device, a pipe or a socket; pack it again without it',
    );
  });

  it("as many entries as make the count a marker", async () => {
    const zip = makeZip([{ name: "a.txt", data: "x" }], { count: 65_535 });
    expect(await refusal(zip)).toContain("the zip holds 65535 entries, more than the 10000 allowed");
  });

  it("a directory that is long for other reasons than its entries", async () => {
    const entries = Array.from({ length: 130 }, (_, i) => ({ name: `${i}${"x".repeat(65_000)}`, data: "x" }));
    expect(await refusal(makeZip(entries))).toMatch(
      /^the zip's list of files takes 8\d{6} bytes, more than the 8000000/,
    );
  });

  it("a name that begins with a byte-order mark", async () => {
    const zip = makeZip([{ name: "\ufeffa.txt", data: "x", claims: { method: 12 } }]);
    expect(await refusal(zip)).toMatch(/^refused: "\\u\{?feff\}?a\.txt"/);
  });
});
