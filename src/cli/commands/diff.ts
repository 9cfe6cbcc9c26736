import { type Command, InvalidArgumentError, Option } from "commander";
import { type IgnorePattern, readIgnorePatterns } from "../../operations/ignore-patterns.ts";
import { type ComparisonFormat, comparisonFormats } from "../../reporters/formats.ts";
import type { CommandResult } from "../exit-codes.ts";
import { hostOption } from "./host-option.ts";

/** What may make the exit code 1. */
const failures = ["changes", "lost-flows", "gained-flows", "new-errors", "never"] as const;

export type FailOn = (typeof failures)[number];

export interface DiffFlags {
  readonly format?: ComparisonFormat;
  readonly stat?: boolean;
  readonly verbose?: boolean;
  readonly ignore?: readonly IgnorePattern[];
  readonly failOn: readonly FailOn[];
  readonly output?: string;
  readonly color?: boolean;
  readonly host?: string;
}

export function addDiff(program: Command, outcome: CommandResult): void {
  program
    .command("diff")
    .summary("what a change did: who reaches whom no longer, and why")
    .description(
      "Compares two snapshots of a host: who can reach what no longer or only now, and the change that did it; findings, things and firewall rules.",
    )
    .argument("<before>", "a zip, a folder, a single capture file, or - for standard input")
    .argument("<after>", "the same host later; one of the two may be -")
    .addOption(new Option("-f, --format <format>", "how to show it (default: text)").choices(comparisonFormats))
    .option("--stat", "only count what changed, a line for each kind of thing")
    .option("-v, --verbose", "name all flows, and trace one of each kind on both sides")
    .option("--ignore <patterns>", "leave out kind:name (comma-separated, may be repeated)", ignorePatterns)
    .addOption(
      new Option("--fail-on <what>", "end with exit code 1 at these (comma-separated)")
        .argParser(failOn)
        .default(["changes"], "changes"),
    )
    .option(...hostOption)
    .option("-o, --output <file>", "write to a file instead of standard output")
    .option("--color", "colour the text even when it goes to no terminal")
    .option("--no-color", "never colour the text")
    .addHelpText("after", help)
    .action(async (before: string, after: string, flags: DiffFlags) => {
      const { showDiff } = await import("../actions/diff.ts");
      await showDiff(before, after, flags, outcome);
    });
}

const help = `
--fail-on takes changes, lost-flows, gained-flows, new-errors, or never.

--ignore takes globs (* and ?) after the kind of a thing as the report names it
(container, network, published-port, sysctl, …), and
  rule:table/chain, or rule: and the rule's text
  finding:check, or finding:check/subject
  flow:from -> to, as web -> db:5432, outside -> *:8080, eth0 -> *
What is left out is counted, and does not count for --fail-on.

Exit codes: 0 nothing that --fail-on asks for, 1 something, 2 wrong usage,
3 unreadable input.

Examples:
  vethscope diff before.zip after.zip
  vethscope diff before.zip after.zip -f markdown >> merge-request.md
  vethscope diff before.zip after.zip --fail-on lost-flows,new-errors
  vethscope diff before.zip after.zip --ignore 'sysctl:*' --ignore 'flow:* -> *:22'`;

function ignorePatterns(list: string, earlier: readonly IgnorePattern[] = []): readonly IgnorePattern[] {
  const read = readIgnorePatterns(list);
  if ("error" in read) throw new InvalidArgumentError(read.error);
  return [...earlier, ...read];
}

function failOn(list: string): readonly FailOn[] {
  const chosen = list.split(",").map((word) => word.trim());
  const unknown = chosen.filter((word) => !failures.some((name) => name === word));
  if (unknown.length > 0) throw new InvalidArgumentError(`"${unknown.join(", ")}" is none of ${failures.join(", ")}.`);
  if (chosen.length > 1 && chosen.includes("never")) throw new InvalidArgumentError("never goes with nothing else.");
  return failures.filter((name) => chosen.includes(name));
}
