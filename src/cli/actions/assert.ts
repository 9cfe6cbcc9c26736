import { assertPolicy } from "../../operations/assert.ts";
import { type Policy, PolicyError } from "../../policy/policy.ts";
import { mostPolicyBytes, readPolicy } from "../../policy/read/read-policy.ts";
import { assertionsReporters } from "../../reporters/assertions/registry.ts";
import type { AssertFlags } from "../commands/assert.ts";
import type { CommandResult } from "../exit-codes.ts";
import { exitCodes } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import { nameOf, readInput, readText } from "../input.ts";
import { writeResult } from "../output.ts";
import { countProgress, progress, terminalOptions } from "../terminal.ts";

export async function assertOn(snapshot: string, flags: AssertFlags, outcome: CommandResult): Promise<void> {
  if (snapshot === "-" && flags.policy === "-")
    throw new Failure("the snapshot and the policy cannot both come from standard input", exitCodes.usage);
  const policy = await loadPolicy(flags.policy);
  const report = await judge(snapshot, policy, flags.host);
  const layout = terminalOptions(flags.color, flags.output);
  const text = assertionsReporters[flags.format](report, { ...layout, verbose: flags.verbose === true });
  await writeResult(text, flags.output);
  if (!report.passes) outcome.exitCode = exitCodes.found;
}

async function loadPolicy(path: string): Promise<Policy> {
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
