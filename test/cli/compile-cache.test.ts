import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { isOurs } from "../../src/cli/compile-cache.ts";
import { runCommand } from "../support/run-command.ts";

const box = mkdtempSync(join(tmpdir(), "vethscope-cache-"));
afterAll(() => rmSync(box, { recursive: true }));

function folder(name: string, mode: number): string {
  const path = join(box, name);
  mkdirSync(path);
  chmodSync(path, mode);
  return path;
}

test("compiled code is kept only in a folder that nobody else can write, and that no link leads to", () => {
  const own = folder("own", 0o700);
  expect(isOurs(own)).toBe(true);
  expect(isOurs(folder("readable", 0o755))).toBe(true);
  expect(isOurs(folder("group", 0o770))).toBe(false);
  expect(isOurs(folder("everybody", 0o1777))).toBe(false);
  symlinkSync(own, join(box, "link"));
  expect(isOurs(join(box, "link"))).toBe(false);
  writeFileSync(join(box, "file"), "");
  expect(isOurs(join(box, "file"))).toBe(false);
});

const version = (cache: string) =>
  runCommand(["--version"], "", { XDG_CACHE_HOME: cache, NODE_COMPILE_CACHE: undefined });
const fine = { status: 0, stdout: `${packageJson.version}\n`, stderr: "" };

test("the command runs where nothing can be kept", () => {
  expect(version("/dev/null")).toEqual(fine);
  const taken = folder("taken", 0o777);
  mkdirSync(join(taken, "vethscope"));
  chmodSync(join(taken, "vethscope"), 0o777);
  expect(version(taken)).toEqual(fine);
  expect(readdirSync(join(taken, "vethscope"))).toEqual([]);
});

// enableCompileCache came with Node 22.8.
const keeps = "enableCompileCache" in process.getBuiltinModule("node:module");

test.runIf(keeps)("the command keeps its compiled code where it can, and runs with it", () => {
  for (let run = 0; run < 2; run++) expect(version(box)).toEqual(fine);
  expect(readdirSync(join(box, "vethscope")).length).toBeGreaterThan(0);
});

test.skipIf(keeps)("older Node keeps nothing", () => {
  expect(version(box)).toEqual(fine);
  expect(existsSync(join(box, "vethscope"))).toBe(false);
});
