import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, it } from "vitest";
import { sh, shellWord } from "../../src/checks/shell-word.ts";

it("leaves ordinary names as they are and quotes the rest", () => {
  expect(sh`sudo ip link set ${"eth0.10"} master ${"br-28feb3a9f564"} up`).toBe(
    "sudo ip link set eth0.10 master br-28feb3a9f564 up",
  );
  expect(shellWord("$(reboot)")).toBe("'$(reboot)'");
  expect(shellWord("a'b")).toBe(`'a'\\''b'`);
  expect(shellWord("")).toBe("''");
});

it("gives a shell the very text as one word, whatever it is", () => {
  const text = fc.string({ unit: "binary-ascii", maxLength: 30 }).filter((each) => !each.includes("\0"));
  fc.assert(
    fc.property(fc.array(text, { minLength: 20, maxLength: 20 }), (words) => {
      const script = `printf '%s\\0' ${words.map(shellWord).join(" ")}`;
      expect(execFileSync("sh", ["-c", script], { encoding: "utf8" })).toBe(words.map((word) => `${word}\0`).join(""));
    }),
    { numRuns: 20 },
  );
});
