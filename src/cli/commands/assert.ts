import { type Command, Option } from "commander";
import { assertPolicy } from "../../operations/assert.ts";
import { type Policy, PolicyError } from "../../policy/policy.ts";
import { type AssertionsFormat, assertionsReporters } from "../../reporters/assertions/registry.ts";
import type { CommandResult } from "../exit-codes.ts";
import { exitCodes } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import { hostOption, nameOf, readInput, readText } from "../input.ts";
import { writeResult } from "../output.ts";
import { countProgress, progress, terminalOptions } from "../terminal.ts";

interface AssertFlags {
  readonly policy: string;
  readonly format: AssertionsFormat;
  readonly output?: string;
  readonly verbose?: true;
  readonly color?: boolean;
  readonly host?: string;
}

export function addAssert(program: Command, outcome: CommandResult): void {
  program
    .command("assert")
    .summary("what must and must not hold, by a policy")
    .description(
      "Judges the rules of a policy on a snapshot: who must reach whom, who must not,\nwhat is isolated from what, and that nothing is found wrong.",
    )
    .argument("<snapshot>", "a zip, a folder, a single capture file, or - for standard input")
    .requiredOption("-p, --policy <file>", "the policy, a YAML file, or - for standard input")
    .addOption(
      new Option("-f, --format <format>", "how to show it").choices(Object.keys(assertionsReporters)).default("text"),
    )
    .option(...hostOption)
    .option("-o, --output <file>", "write to a file instead of standard output")
    .option("-v, --verbose", "show all that was assumed, and all listed problems with all their lines")
    .option("--color", "colour the text even when it goes to no terminal")
    .option("--no-color", "never colour the text")
    .addHelpText("after", help)
    .action(async (snapshot: string, flags: AssertFlags) => {
      if (snapshot === "-" && flags.policy === "-")
        throw new Failure("the snapshot and the policy cannot both come from standard input", exitCodes.usage);
      const policy = await loadPolicy(flags.policy);
      const report = await judge(snapshot, policy, flags.host);
      const layout = terminalOptions(flags.color, flags.output);
      const text = assertionsReporters[flags.format](report, { ...layout, verbose: flags.verbose === true });
      await writeResult(text, flags.output);
      if (!report.passes) outcome.exitCode = exitCodes.found;
    });
}

const help = `
A policy:
  sets:
    front: [proxy, "web-*"]
    shop: { project: shop, except: "db-*" }
    back: { network: shop_back }
  rules:
    - allow: outside -> proxy:443
    - deny: outside -> db:*
    - deny: "@front -> host:22"
    - isolated: front, back
      unknown: allowed
    - no-findings: error

Exit codes: 0 every rule holds, 1 one does not, or cannot be judged and is not
allowed to be unknown, 2 wrong usage, 3 unreadable input, or a policy with a
mistake in it.

Examples:
  vethscope assert host.zip -p policy.yml
  vethscope assert host.zip -p policy.yml -f junit -o assertions.xml`;

// Only this command reads YAML, so the reader is loaded only here: it would cost every other command its start.
async function loadPolicy(path: string): Promise<Policy> {
  const { mostPolicyBytes, readPolicy } = await import("../../policy/read/read-policy.ts");
  const text = await readText(path, {
    what: "a policy",
    mostBytes: mostPolicyBytes,
    shrink: "make several policies of it",
  });
  return explained(() => readPolicy(text, nameOf(path)));
}

async function judge(path: string, policy: Policy, host: string | undefined) {
  const done = progress("reading the snapshot");
  const snapshot = await readInput(path, host).finally(done);
  const counter = countProgress("questions asked", false);
  try {
    return explained(() => assertPolicy(snapshot, policy, counter.count));
  } finally {
    counter.done();
  }
}

/** A mistake in the policy is the author's to put right. */
function explained<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof PolicyError) throw new Failure(error.message);
    throw error;
  }
}
