import type { Snapshot } from "../../captures/snapshot.ts";
import { reporters } from "../../reporters/analysis/registry.ts";
import type { Analysis } from "../../results/analysis.ts";
import type { ReportFlags } from "../commands/report-flags.ts";
import { readInput } from "../input.ts";
import { writeResult } from "../output.ts";
import { progress, terminalOptions } from "../terminal.ts";

/** Reads a snapshot, says with `describe` what is in it, and reports that. */
export async function printAnalysis(
  snapshot: string,
  { format, output, color, host }: ReportFlags,
  describe: (snapshot: Snapshot) => Analysis,
): Promise<void> {
  const done = progress(`reading ${snapshot === "-" ? "standard input" : "the snapshot"}`);
  try {
    const analysis = describe(await readInput(snapshot, host));
    const text = reporters[format](analysis, terminalOptions(color, output));
    done();
    await writeResult(text, output);
  } finally {
    done();
  }
}
