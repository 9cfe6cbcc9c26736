import { spawnSync } from "node:child_process";
import { type TestAPI, test } from "vitest";

/** Set in CI, where every tool is installed: a missing one then fails the test instead of skipping it. */
const required = process.env["VETHSCOPE_REQUIRE_TOOLS"] === "1";

const paths = new Map<string, string | null>();

/** Where a command is on the PATH; null when it is not. */
export function pathOf(name: string): string | null {
  const known = paths.get(name);
  if (known !== undefined) return known;
  const { status, stdout } = spawnSync("sh", ["-c", 'command -v "$1"', "sh", name], { encoding: "utf8" });
  const path = status === 0 ? stdout.trim() : null;
  paths.set(name, path);
  return path;
}

/** Whether a command is on the PATH. */
export const hasTool = (name: string): boolean => pathOf(name) !== null;

/**
 * `test` for a case that needs commands which may be missing: skipped, naming them, on a machine without them, and
 * failing there when `VETHSCOPE_REQUIRE_TOOLS=1`. `also` is a further condition, such as being root, and `limit` the
 * time in milliseconds that the case may take where that is not the usual.
 */
export function testWith(
  tools: readonly string[],
  name: string,
  run: () => void | Promise<void>,
  also: { readonly what: string; readonly holds: boolean } = { what: "", holds: true },
  limit?: number,
): ReturnType<TestAPI> {
  const missing = tools.filter((tool) => !hasTool(tool));
  if (!also.holds) missing.push(also.what);
  if (missing.length === 0) return test(name, run, limit);
  if (!required) return test.skip(`${name} (skipped: no ${missing.join(", ")} here)`, run);
  return test(name, () => {
    throw new Error(`this test needs ${missing.join(", ")}, and VETHSCOPE_REQUIRE_TOOLS=1 forbids skipping it`);
  });
}
