import type { Command } from "commander";
import { checks } from "../../checks/registry.ts";
import { check, withoutKnown } from "../../operations/check.ts";
import { reaches } from "../../operations/count-findings.ts";
import { findingsReporters } from "../../reporters/findings/registry.ts";
import { baselineSchema, type FindingsReport } from "../../results/findings.ts";
import { type CheckFlags, onlyFlag, skipFlag } from "../commands/check.ts";
import type { CommandResult } from "../exit-codes.ts";
import { exitCodes } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import { readInput, readText } from "../input.ts";
import { writeResult } from "../output.ts";
import { progress, terminalOptions } from "../terminal.ts";

export async function checkSnapshot(
  snapshot: string,
  flags: CheckFlags,
  command: Command,
  outcome: CommandResult,
): Promise<void> {
  const choice = {
    ...(flags.only === undefined ? {} : { only: checkIds(flags.only, onlyFlag, command) }),
    ...(flags.skip === undefined ? {} : { skip: checkIds(flags.skip, skipFlag, command) }),
  };
  const done = progress("checking the snapshot");
  try {
    const report = await withBaseline(check(await readInput(snapshot, flags.host), choice), flags.baseline);
    const text = findingsReporters[flags.format](report, terminalOptions(flags.color, flags.output));
    done();
    await writeResult(text, flags.output);
    if (flags.failOn !== "never" && reaches(report, flags.failOn)) outcome.exitCode = exitCodes.found;
    else if (!report.judged && flags.allowSkipped !== true) outcome.exitCode = exitCodes.unsaid;
  } finally {
    done();
  }
}

/** Reads a comma-separated list of check ids; an unknown one is wrong usage. */
function checkIds(list: string, flag: string, command: Command): readonly string[] {
  const ids = list.split(",").map((id) => id.trim());
  const unknown = ids.filter((id) => !checks.some((one) => one.id === id));
  if (unknown.length > 0)
    command.error(
      `error: option '${flag}' argument '${list}' is invalid. no check is called ${unknown.join(", ")}; vethscope checks lists them.`,
    );
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
