import type { Snapshot } from "../../captures/snapshot.ts";
import type { Reporter } from "../../reporters/analysis/reporter.ts";
import type { Analysis } from "../../results/analysis.ts";
import type { ReportFlags } from "../commands/report-flags.ts";
import { readInput } from "../input.ts";
import { writeResult } from "../output.ts";
import { progress, terminalOptions } from "../terminal.ts";

/** Reads a snapshot, says with `describe` what is in it, and writes that as the reporter has it. */
export async function printAnalysis(
  snapshot: string,
  { output, color, host }: ReportFlags,
  describe: (snapshot: Snapshot) => Analysis,
  reporter: Reporter,
): Promise<void> {
  const done = progress(`reading ${snapshot === "-" ? "standard input" : "the snapshot"}`);
  try {
    const analysis = describe(await readInput(snapshot, host));
    const text = reporter(analysis, terminalOptions(color, output));
    done();
    await writeResult(text, output);
  } finally {
    done();
  }
}
