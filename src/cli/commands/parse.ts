import { Argument, type Command } from "commander";
import type { CommandResult } from "../exit-codes.ts";

export interface ParseFlags {
  readonly list?: true;
  readonly print?: true;
  readonly strict?: true;
  readonly output?: string;
}

export function addParse(program: Command, outcome: CommandResult): void {
  program
    .command("parse")
    .summary("one command's output: text in, JSON out")
    .description(
      "Parses the output of one command. JSON goes to standard output, lines that were not understood go to standard error with their numbers.",
    )
    .addArgument(new Argument("[kind]", "what it is; auto recognises it by its content").default("auto"))
    .argument("[file]", "where to read it; - for standard input", "-")
    .option("--list", "list the kinds and the commands they are the output of")
    .option(
      "--print",
      "write the canonical text back instead of JSON; with escapes for what could act on a terminal, but in a file (-o)",
    )
    .option("--strict", "exit 3 when a line was not understood")
    .option("-o, --output <file>", "write to a file instead of standard output")
    .addHelpText(
      "after",
      `
Examples:
  ip a | vethscope parse ip-addr | jq '.[].name'
  iptables-save | vethscope parse iptables-save --strict > /dev/null
  vethscope parse auto notes.txt
  vethscope parse --list`,
    )
    .action(async (kind: string, file: string, flags: ParseFlags) => {
      const { parse } = await import("../actions/parse.ts");
      await parse(kind, file, flags, outcome);
    });
}
