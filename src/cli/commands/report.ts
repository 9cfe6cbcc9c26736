import { type Command, Option } from "commander";
import type { Snapshot } from "../../captures/snapshot.ts";
import { type Format, reporters } from "../../reporters/analysis/registry.ts";
import type { Analysis } from "../../results/analysis.ts";
import { hostOption, readInput } from "../input.ts";
import { writeResult } from "../output.ts";
import { progress, terminalOptions } from "../terminal.ts";

/** The options of every command that reports on a snapshot. */
export interface ReportFlags {
  readonly format: Format;
  readonly output?: string;
  readonly color?: boolean;
  readonly host?: string;
}

/** Adds the options of a command that reports on a snapshot. */
export function withReportFlags(command: Command, formats: readonly Format[]): Command {
  return command
    .addOption(new Option("-f, --format <format>", "how to show it").choices(formats).default("text"))
    .option(...hostOption)
    .option("-o, --output <file>", "write to a file instead of standard output")
    .option("--color", "colour the text even when it goes to no terminal")
    .option("--no-color", "never colour the text");
}

/** Reads a snapshot, says with `describe` what is in it, and reports that. */
export async function report(
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
