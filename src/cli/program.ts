import { Command, CommanderError } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { escapeTerminal } from "../lib/escape-terminal.ts";
import { addAnalyze } from "./commands/analyze.ts";
import { addAssert } from "./commands/assert.ts";
import { addCheck } from "./commands/check.ts";
import { addChecks, addExplain } from "./commands/checks.ts";
import { addCollect } from "./commands/collect.ts";
import { addDiff } from "./commands/diff.ts";
import { addParse } from "./commands/parse.ts";
import { addReport } from "./commands/report.ts";
import { addShow } from "./commands/show.ts";
import { addTrace } from "./commands/trace.ts";
import { type CommandResult, type ExitCode, exitCodes } from "./exit-codes.ts";
import { explain } from "./failure.ts";
import { optimizeLate } from "./late-optimizer.ts";

/** Runs the command with the given arguments, says why when it fails, and returns its exit code. */
export async function run(args: readonly string[]): Promise<ExitCode> {
  const outcome: CommandResult = { exitCode: exitCodes.fine };
  try {
    await createProgram(outcome).parseAsync(args, { from: "user" });
    return outcome.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.fine : exitCodes.usage;
    const { line, exitCode } = explain(error);
    process.stderr.write(`${line}\n`);
    if (process.env["VETHSCOPE_DEBUG"] === "1" && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    return exitCode;
  }
}

/** All commands. Their help is part of the README, so it is laid out for 80 columns whatever the terminal is. */
export function createProgram(outcome: CommandResult): Command {
  const program = new Command("vethscope")
    .description("Shows the network inside a Docker host from a snapshot of it.")
    .version(packageJson.version)
    .helpCommand(false)
    .configureOutput({
      getOutHelpWidth: () => 80,
      getErrHelpWidth: () => 80,
      outputError: (message, write) => write(`${usageLine(message)}\n`),
    })
    .exitOverride()
    .hook("preAction", optimizeLate)
    .addHelpText(
      "after",
      `
A <snapshot> is a zip, a folder, a single capture file, or - for standard input.

Exit codes: 0 fine, 1 findings, changes, an unexpected verdict, or a rule that
does not hold, 2 wrong usage, 3 unreadable input or an internal error, 4 check
has nothing to go on.

Examples:
  vethscope collect | ssh host 'sh -s -- -o -' > host.zip
  vethscope analyze host.zip
  vethscope show host.zip -f dot | dot -Tsvg > host.svg
  vethscope trace host.zip --from web --to db:3306
  vethscope diff before.zip after.zip
  ip a | vethscope parse ip-addr`,
    );
  for (const add of commands) add(program, outcome);
  return program;
}

/** In the order in which the help lists them. */
const commands = [
  addAnalyze,
  addCheck,
  addShow,
  addTrace,
  addDiff,
  addAssert,
  addReport,
  addParse,
  addChecks,
  addExplain,
  addCollect,
] as const;

/** Commander's message on one line: `error: unknown option '--x'` and its suggestion. */
function usageLine(message: string): string {
  const plain = message
    .replace(/^error: /, "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join(" ");
  return `vethscope: ${escapeTerminal(plain, 300)}; see vethscope --help`;
}
