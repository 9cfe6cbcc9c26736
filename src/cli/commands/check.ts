import { type Command, Option } from "commander";
import { type FindingsFormat, findingsFormats } from "../../reporters/formats.ts";
import type { CommandResult } from "../exit-codes.ts";
import { hostOption } from "./host-option.ts";

export interface CheckFlags {
  readonly format: FindingsFormat;
  readonly output?: string;
  readonly color?: boolean;
  readonly host?: string;
  readonly allowSkipped?: true;
  readonly failOn: "error" | "warning" | "never";
  /** Ids of checks, with commas between them. */
  readonly only?: string;
  readonly skip?: string;
  readonly baseline?: string;
}

export const onlyFlag = "--only <ids>";
export const skipFlag = "--skip <ids>";

export function addCheck(program: Command, outcome: CommandResult): void {
  program
    .command("check")
    .summary("what is wrong on the host")
    .description(
      "Finds misconfigurations, each with its evidence in the captures and a fix.\nChecks whose captures are missing are named, and never count as passed.",
    )
    .argument("<snapshot>", "a zip, a folder, a single capture file, or - for standard input")
    .addOption(new Option("-f, --format <format>", "how to show them").choices(findingsFormats).default("text"))
    .option(...hostOption)
    .option("-o, --output <file>", "write to a file instead of standard output")
    .addOption(
      new Option("--fail-on <severity>", "end with exit code 1 at")
        .choices(["error", "warning", "never"])
        .default("error"),
    )
    .option("--allow-skipped", "end with exit code 0 even where no check could run")
    .option(onlyFlag, "run only these checks (comma-separated)")
    .option(skipFlag, "leave these checks out")
    .option("--baseline <file>", "show only what is not in this earlier report (JSON)")
    .option("--color", "colour the text even when it goes to no terminal")
    .option("--no-color", "never colour the text")
    .addHelpText(
      "after",
      `
Exit codes: 0 nothing at or above --fail-on, 1 something, 2 wrong usage,
3 unreadable input, 4 the snapshot is not enough for any check.

Examples:
  vethscope check host.zip
  vethscope check host.zip --fail-on warning -f junit -o findings.xml
  vethscope check host.zip -f json -o known.json
  vethscope check later.zip --baseline known.json
  vethscope explain published-port-unserved`,
    )
    .action(async (snapshot: string, flags: CheckFlags, command: Command) => {
      const { checkSnapshot } = await import("../actions/check.ts");
      await checkSnapshot(snapshot, flags, command, outcome);
    });
}
