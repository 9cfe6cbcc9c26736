import { describe, expect, it } from "vitest";
import { cutText } from "../../src/captures/cut.ts";
import { readSnapshot } from "../../src/captures/read-snapshot.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const read = (files: Readonly<Record<string, string>>) =>
  readSnapshot(new Map(Object.entries(files).map(([path, text]) => [path, bytes(text)]))).captures.filter(
    (capture) => capture.state === "ok",
  );
const rules = "*filter\n:INPUT ACCEPT [0:0]\n";
const rule = "-A INPUT -j DROP\n";
const addresses = (n: number) =>
  Array.from(
    { length: n },
    (_, i) => `${i + 1}: i${i}: <UP> mtu 1500 state UP\n    inet 10.0.0.1/8 scope global\n`,
  ).join("");

describe("a capture with more records than any host has", () => {
  it("is read up to its limit, in whole lines, and counts as not whole", () => {
    const [capture] = read({ "iptables-save.txt": `${rules}${rule.repeat(250_000)}COMMIT\n` });
    expect(capture).toMatchObject({
      kind: "iptables-save",
      truncated: true,
      note: "not read from line 200001 on: it holds more than 200,000 lines; take it of fewer things",
    });
    expect(capture?.text).toBe(rules + rule.repeat(199_998));
  });

  it("has a lower limit where each line becomes a thing of the picture", () => {
    const [capture] = read({ "ip_a.txt": addresses(30_000) });
    expect(capture?.note).toContain("not read from line 50001 on: it holds more than 50,000 lines");
  });

  it("is measured by its objects where it is JSON on one line", () => {
    const { text, why } = cutText(`[${"{},".repeat(300_000)}{}]`, "docker-inspect");
    expect(why).toBe(
      "not read from line 1 on: it holds more than 250,000 objects, or as many values; take it of fewer things",
    );
    expect(text.length).toBeLessThan(900_000);
  });

  it("keeps what was said of it before", () => {
    const [capture] = read({ "log.txt": `$ iptables-save | grep DROP\n${rules}${rule.repeat(250_000)}` });
    expect(capture?.note).toMatch(/^not whole: \| grep DROP; not read from line 200002 on: /);
  });

  it("is read whole when it is as large as a large host makes it", () => {
    const files = {
      "iptables-save.txt": `${rules}${rule.repeat(20_000)}COMMIT\n`,
      "ip_a.txt": addresses(10_000),
      "docker-inspect.json": `[${Array(5000)
        .fill(`{"NetworkSettings":{},"a":[${"{},1,".repeat(20)}1]}`)
        .join(",")}]`,
    };
    expect(read(files).map(({ kind, truncated }) => [kind, truncated])).toEqual([
      ["ip-addr", false],
      ["iptables-save", false],
      ["docker-inspect", false],
    ]);
  });
});

it("bounds all captures of a snapshot together: those in front are whole", () => {
  const files = Object.fromEntries(
    ["a", "b", "c", "d"].map((name) => [`netns/${name}/iptables-save.txt`, rules + rule.repeat(150_000)]),
  );
  const captures = read(files);
  expect(captures.map(({ truncated }) => truncated)).toEqual([false, false, false, true]);
  expect(captures[3]?.note).toBe(
    "not read from line 49995 on: the whole snapshot holds too much; take it of fewer things",
  );
});

describe("of the pieces of a snapshot", () => {
  const log = (commands: number) => "root@h:~# ip a\n".repeat(commands);

  it("a log has a most, and what follows is said", () => {
    const { captures, unread } = readSnapshot(new Map([["log.txt", bytes(log(2500))]]));
    expect(captures.filter(({ file }) => file === "log.txt")).toHaveLength(2000);
    expect(unread).toEqual([
      {
        file: "log.txt",
        why: "not read from line 2001 on: it holds more than 2000 commands; give it in several files",
      },
    ]);
  });

  it("all files have a most together", () => {
    const files = new Map(Array.from({ length: 11 }, (_, i) => [`${i}.txt`, bytes(log(2000))]));
    expect(() => readSnapshot(files, "all.zip")).toThrow(
      "all.zip holds more than 20000 outputs of commands; take out what is no capture",
    );
  });

  it("a file has a most of bytes, wherever it comes from", () => {
    const files = new Map([["ip_a.txt", new Uint8Array(32 * 1024 * 1024 + 1).fill(10)]]);
    expect(() => readSnapshot(files)).toThrow("ip_a.txt is larger than 32 MiB; take out what is no capture");
  });
});
