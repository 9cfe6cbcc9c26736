import { type Command, Option } from "commander";
import { checks } from "../../checks/registry.ts";
import { catalogueMarkdown, explainCheck, listChecks } from "../../reporters/findings/catalogue.ts";
import { exitCodes } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import { writeResult } from "../output.ts";
import { terminalOptions } from "../terminal.ts";

export function addChecks(program: Command): void {
  program
    .command("checks")
    .summary("list all checks")
    .description("Lists what `vethscope check` looks for.")
    .addOption(new Option("-f, --format <format>", "how to show them").choices(["text", "markdown"]).default("text"))
    .option("--color", "colour the text even when it goes to no terminal")
    .option("--no-color", "never colour the text")
    .addHelpText("after", "\nExamples:\n  vethscope checks\n  vethscope checks -f markdown > docs/checks.md")
    .action(async ({ format, color }: { readonly format: "text" | "markdown"; readonly color?: boolean }) => {
      const text =
        format === "text"
          ? listChecks(checks, terminalOptions(color, undefined))
          : catalogueMarkdown(checks, await loadExamples());
      await writeResult(text, undefined);
    });
}

export function addExplain(program: Command): void {
  program
    .command("explain")
    .summary("all about one check")
    .description("Prints one check in full: why it matters, what to do, what it needs, where it was reported.")
    .argument("<check>", "its id, as `vethscope checks` lists it")
    .option("--color", "colour the text even when it goes to no terminal")
    .option("--no-color", "never colour the text")
    .addHelpText("after", "\nExamples:\n  vethscope explain masquerade-missing")
    .action(async (id: string, { color }: { readonly color?: boolean }) => {
      const found = checks.find((one) => one.id === id);
      if (found === undefined)
        throw new Failure(`no check is called ${id}; vethscope checks lists them`, exitCodes.usage);
      const examples = (await loadExamples())[found.id];
      await writeResult(explainCheck(found, examples, terminalOptions(color, undefined)), undefined);
    });
}

// No other command needs them, and they are much text.
const loadExamples = async () => (await import("../../checks/all-examples.ts")).examplesById;
