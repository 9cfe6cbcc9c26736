import { type Command, Option } from "commander";

export interface ChecksFlags {
  readonly format: "text" | "markdown";
  readonly color?: boolean;
}

export interface ExplainFlags {
  readonly color?: boolean;
}

export function addChecks(program: Command): void {
  program
    .command("checks")
    .summary("list all checks")
    .description("Lists what `vethscope check` looks for.")
    .addOption(new Option("-f, --format <format>", "how to show them").choices(["text", "markdown"]).default("text"))
    .option("--color", "colour the text even when it goes to no terminal")
    .option("--no-color", "never colour the text")
    .addHelpText("after", "\nExamples:\n  vethscope checks\n  vethscope checks -f markdown > docs/checks.md")
    .action(async (flags: ChecksFlags) => {
      const { printChecks } = await import("../actions/checks.ts");
      await printChecks(flags);
    });
}

export function addExplain(program: Command): void {
  program
    .command("explain")
    .summary("all about one check, or one verdict's code")
    .description(
      "Prints one check in full: why it matters, what to do, what it needs, where it was reported.\nOf the code of an answer (trace -f json) what it means and what to look at.",
    )
    .argument("<id>", "a check's id, as `vethscope checks` lists it, or a verdict's code")
    .option("--color", "colour the text even when it goes to no terminal")
    .option("--no-color", "never colour the text")
    .addHelpText("after", "\nExamples:\n  vethscope explain masquerade-missing\n  vethscope explain not-published")
    .action(async (id: string, flags: ExplainFlags) => {
      const { explain } = await import("../actions/explain.ts");
      await explain(id, flags);
    });
}
