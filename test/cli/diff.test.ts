import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { someOf } from "../support/extent.ts";
import { runHere, showRun } from "../support/run-command.ts";

const change = ["fixtures/hosts/change-docker28.zip", "fixtures/hosts/change-docker28-after.zip"];
const flushed = ["fixtures/hosts/flushed-docker28.zip", "fixtures/hosts/flushed-docker28-after.zip"];
const equal = ["fixtures/hosts/seed-docker28.zip", "fixtures/hosts/seed-docker28.zip"];
const [before = "", after = ""] = change;
const everything = ["flow:* -> *", "rule:*", "container:*", "network:*", "endpoint:*", "published-port:*"].join(",");

/** Runs of diff, each compared with its golden file. */
const runs: Readonly<Record<string, { readonly args: readonly string[]; readonly input?: Uint8Array }>> = {
  text: { args: flushed },
  colour: { args: [...flushed, "--color"] },
  stat: { args: [...change, "--stat"] },
  markdown: { args: [...flushed, "-f", "markdown"] },
  patch: { args: [...flushed, "-f", "diff"] },
  equal: { args: equal },
  "equal-stat": { args: [...equal, "--stat"] },
  "equal-json": { args: [...equal, "-f", "json"] },
  "equal-patch": { args: [...equal, "-f", "diff"] },
  stdin: { args: [before, "-", "--stat", "--fail-on", "never"], input: readFileSync(after) },
  ignored: { args: [...change, "--ignore", everything] },
  "ignored-twice": { args: [...change, "--stat", "--ignore", "flow:* -> *", "--ignore", "endpoint:*,rule:filter/*"] },
  "both-stdin": { args: ["-", "-"] },
  "one-snapshot": { args: [before] },
  "no-such-file": { args: [before, "no-such-host.zip"] },
  "unknown-format": { args: [...change, "-f", "html"] },
  "stat-as-json": { args: [...change, "--stat", "-f", "json"] },
  "unknown-failure": { args: [...change, "--fail-on", "warnings"] },
  "never-and-more": { args: [...change, "--fail-on", "never,changes"] },
  "malformed-pattern": { args: [...change, "--ignore", "legacy"] },
  "unknown-kind": { args: [...change, "--ignore", "containers:legacy"] },
};

describe("runs of diff", () => {
  test.each(someOf(Object.entries(runs), 3))("%s", async (name, { args, input }) => {
    await expect(await showRun(["diff", ...args], input)).toMatchFileSnapshot(`../golden/cli/diff-${name}.txt`);
  });
});

describe("--fail-on", () => {
  const wishes = [
    [change, "changes", 1],
    [change, "lost-flows", 1],
    [change, "gained-flows", 1],
    [change, "new-errors", 0],
    [change, "never", 0],
    [flushed, "gained-flows", 0],
    [flushed, "new-errors", 1],
    [flushed, "gained-flows,lost-flows", 1],
    [equal, "changes,lost-flows,gained-flows,new-errors", 0],
  ] as const;
  test.each(someOf(wishes, 4))("%s %s: %d", async (pair, what, status) => {
    expect((await runHere(["diff", ...pair, "--stat", "--fail-on", what])).status).toBe(status);
  });

  test("what is left out does not count", async () => {
    const run = async (...args: string[]) => (await runHere(["diff", ...change, "--stat", ...args])).status;
    expect(await run("--fail-on", "lost-flows", "--ignore", "flow:* -> *")).toBe(0);
    expect(await run("--fail-on", "lost-flows", "--ignore", "flow:outside -> *")).toBe(1);
    expect(await run("--ignore", everything)).toBe(0);
  });
});
