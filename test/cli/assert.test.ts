import { describe, expect, test } from "vitest";
import { showRun } from "../support/run-command.ts";

const compose = "fixtures/hosts/compose-docker28.zip";
const shop = "fixtures/policies/shop.yml";
const policies = "test/cli/policies";

/** Runs of the command, each compared with its golden file: what was typed, what came out, and how it ended. */
const runs: Readonly<Record<string, { readonly args: readonly string[]; readonly stdin?: string }>> = {
  text: { args: [compose, "-p", shop] },
  verbose: { args: [compose, "-p", shop, "-v"] },
  colour: { args: [compose, "-p", shop, "--color"] },
  json: { args: [compose, "-p", `${policies}/holds.yml`, "-f", "json"] },
  junit: { args: [compose, "-p", shop, "-f", "junit"] },
  unknown: { args: ["fixtures/hosts/noicc-noproxy-docker29nft.zip", "-p", `${policies}/open.yml`] },
  stdin: { args: [compose, "-p", "-"], stdin: "rules:\n  - allow: proxy -> app:3000\n" },
  "wrong-name": { args: [compose, "-p", `${policies}/mistake.yml`] },
  "no-yaml": { args: [compose, "-p", "-"], stdin: "rules:\n  - deny: * -> app:80\n" },
  "no-policy": { args: [compose] },
  "no-such-policy": { args: [compose, "-p", "no-such-policy.yml"] },
  "policy-folder": { args: [compose, "-p", policies] },
  "policy-too-large": { args: [compose, "-p", "-"], stdin: `# ${"x".repeat(300_000)}\n` },
  "two-standard-inputs": { args: ["-", "-p", "-"] },
  "unknown-format": { args: [compose, "-p", shop, "-f", "sarif"] },
};

describe("runs of assert", () => {
  test.each(Object.entries(runs))("%s", async (name, { args, stdin }) => {
    await expect(await showRun(["assert", ...args], stdin)).toMatchFileSnapshot(`../golden/cli/assert-${name}.txt`);
  });
});
