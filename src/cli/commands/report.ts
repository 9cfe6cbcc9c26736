import { type Command, Option } from "commander";
import { hostOption } from "./host-option.ts";

const formats = ["html", "markdown"] as const;

export interface ReportPageFlags {
  readonly output?: string;
  readonly format: (typeof formats)[number];
  readonly raw: boolean;
  readonly host?: string;
}

export function addReport(program: Command): void {
  program
    .command("report")
    .summary("one file to attach to a ticket")
    .description(
      "Writes the whole page with the snapshot inside, as one HTML file that needs nothing else; or a Markdown report for trackers.",
    )
    .argument("<snapshot>", "a zip, a folder, a single capture file, or - for standard input")
    .argument("[after]", "a later snapshot: the page shows what changed")
    .addOption(new Option("-f, --format <format>", "what to write").choices(formats).default("html"))
    .option(...hostOption)
    .option("-o, --output <file>", "write to a file instead of standard output")
    .option("--no-raw", "leave the raw captures out of the page")
    .addHelpText(
      "after",
      `
Examples:
  vethscope report host.zip -o report.html
  vethscope report before.zip after.zip -o changes.html
  vethscope report host.zip -f markdown >> ticket.md`,
    )
    .action(async (snapshot: string, after: string | undefined, flags: ReportPageFlags) => {
      const { writeReport } = await import("../actions/report.ts");
      await writeReport(after === undefined ? [snapshot] : [snapshot, after], flags);
    });
}
