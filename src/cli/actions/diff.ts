import { compare } from "../../operations/compare.ts";
import { ignoreChanges } from "../../operations/ignore-changes.ts";
import { comparisonReporters } from "../../reporters/comparison/registry.ts";
import { stat } from "../../reporters/comparison/stat.ts";
import { isEqual } from "../../reporters/comparison/summary.ts";
import type { Comparison } from "../../results/comparison.ts";
import type { DiffFlags, FailOn } from "../commands/diff.ts";
import type { CommandResult } from "../exit-codes.ts";
import { exitCodes } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import { readInput } from "../input.ts";
import { writeResult } from "../output.ts";
import { shareProgress, terminalOptions } from "../terminal.ts";

/** When each makes the exit code 1. */
const fails: Readonly<Record<FailOn, (comparison: Comparison) => boolean>> = {
  changes: (comparison) => !isEqual(comparison),
  "lost-flows": ({ summary }) => summary.flows.lost > 0,
  "gained-flows": ({ summary }) => summary.flows.gained > 0,
  "new-errors": ({ findings }) => findings.new.some(({ severity }) => severity === "error"),
  never: () => false,
};

export async function showDiff(before: string, after: string, flags: DiffFlags, outcome: CommandResult): Promise<void> {
  if (before === "-" && after === "-")
    throw new Failure("only one of the two snapshots can come from standard input", exitCodes.usage);
  if (flags.stat === true && flags.format !== undefined && flags.format !== "text")
    throw new Failure(`--stat is text, and does not go with -f ${flags.format}`, exitCodes.usage);
  const snapshots = { before: await readInput(before, flags.host), after: await readInput(after, flags.host) };
  const progress = shareProgress("comparing the snapshots");
  try {
    const whole = compare(snapshots.before, snapshots.after, { tell: progress.tell });
    const comparison = ignoreChanges(whole, flags.ignore ?? []);
    const report = flags.stat === true ? stat : comparisonReporters[flags.format ?? "text"];
    const text = report(comparison, {
      ...terminalOptions(flags.color, flags.output),
      verbose: flags.verbose === true,
    });
    progress.done();
    await writeResult(text, flags.output);
    if (flags.failOn.some((what) => fails[what](comparison))) outcome.exitCode = exitCodes.found;
  } finally {
    progress.done();
  }
}
