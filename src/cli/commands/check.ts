import { type Command, InvalidArgumentError, Option } from "commander";
import { checks } from "../../checks/registry.ts";
import { check, withoutKnown } from "../../operations/check.ts";
import { reaches } from "../../operations/count-findings.ts";
import { type FindingsFormat, findingsReporters } from "../../reporters/findings/registry.ts";
import { baselineSchema, type FindingsReport } from "../../results/findings.ts";
import type { CommandResult } from "../exit-codes.ts";
import { exitCodes } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import { hostOption, readInput, readText } from "../input.ts";
import { writeResult } from "../output.ts";
import { progress, terminalOptions } from "../terminal.ts";

interface CheckFlags {
  readonly format: FindingsFormat;
  readonly output?: string;
  readonly color?: boolean;
  readonly host?: string;
  readonly allowSkipped?: true;
  readonly failOn: "error" | "warning" | "never";
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  readonly baseline?: string;
}

export function addCheck(program: Command, outcome: CommandResult): void {
  program
    .command("check")
    .summary("what is wrong on the host")
    .description(
      "Finds misconfigurations, each with its evidence in the captures and a fix.\nChecks whose captures are missing are named, and never count as passed.",
    )
    .argument("<snapshot>", "a zip, a folder, a single capture file, or - for standard input")
    .addOption(
      new Option("-f, --format <format>", "how to show them").choices(Object.keys(findingsReporters)).default("text"),
    )
    .option(...hostOption)
    .option("-o, --output <file>", "write to a file instead of standard output")
    .addOption(
      new Option("--fail-on <severity>", "end with exit code 1 at")
        .choices(["error", "warning", "never"])
        .default("error"),
    )
    .option("--allow-skipped", "end with exit code 0 even where no check could run")
    .option("--only <ids>", "run only these checks (comma-separated)", checkIds)
    .option("--skip <ids>", "leave these checks out", checkIds)
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
    .action(async (snapshot: string, flags: CheckFlags) => {
      const done = progress("checking the snapshot");
      try {
        const report = await withBaseline(check(await readInput(snapshot, flags.host), choice(flags)), flags.baseline);
        const text = findingsReporters[flags.format](report, terminalOptions(flags.color, flags.output));
        done();
        await writeResult(text, flags.output);
        if (flags.failOn !== "never" && reaches(report, flags.failOn)) outcome.exitCode = exitCodes.found;
        else if (!report.judged && flags.allowSkipped !== true) outcome.exitCode = exitCodes.unsaid;
      } finally {
        done();
      }
    });
}

const choice = ({ only, skip }: CheckFlags) => ({
  ...(only === undefined ? {} : { only }),
  ...(skip === undefined ? {} : { skip }),
});

/** Reads a comma-separated list of check ids; an unknown one is wrong usage. */
function checkIds(list: string): readonly string[] {
  const ids = list.split(",").map((id) => id.trim());
  const unknown = ids.filter((id) => !checks.some((one) => one.id === id));
  if (unknown.length > 0)
    throw new InvalidArgumentError(`no check is called ${unknown.join(", ")}; vethscope checks lists them.`);
  return ids;
}

async function withBaseline(report: FindingsReport, file: string | undefined): Promise<FindingsReport> {
  if (file === undefined) return report;
  const wrong = `${file} is no report of vethscope check -f json; make one with that command`;
  let value: unknown;
  try {
    value = JSON.parse(await readText(file));
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(wrong);
  }
  const parsed = baselineSchema.safeParse(value);
  if (!parsed.success) throw new Failure(wrong);
  return withoutKnown(report, parsed.data);
}
