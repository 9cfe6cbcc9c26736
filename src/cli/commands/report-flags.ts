import { type Command, Option } from "commander";
import type { AnalysisFormat } from "../../reporters/formats.ts";
import { hostOption } from "./host-option.ts";

/** The options of every command that reports on a snapshot. */
export interface ReportFlags {
  readonly format: AnalysisFormat;
  readonly output?: string;
  readonly color?: boolean;
  readonly host?: string;
}

/** Adds the options of a command that reports on a snapshot. */
export function withReportFlags(command: Command, formats: readonly AnalysisFormat[]): Command {
  return command
    .addOption(new Option("-f, --format <format>", "how to show it").choices(formats).default("text"))
    .option(...hostOption)
    .option("-o, --output <file>", "write to a file instead of standard output")
    .option("--color", "colour the text even when it goes to no terminal")
    .option("--no-color", "never colour the text");
}
