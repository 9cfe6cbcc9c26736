import type { Command } from "commander";
import { analyze } from "../../operations/analyze.ts";
import { analyzeAndCheck } from "../../operations/check.ts";
import { type Format, formats } from "../../reporters/analysis/registry.ts";
import { type ReportFlags, report, withReportFlags } from "./report.ts";

export function addShow(program: Command): void {
  const command = program
    .command("show")
    .summary("the host as text, JSON, HTML, Markdown, or a picture in SVG, Mermaid or DOT")
    .description("Writes the topology of a host in one of several formats.")
    .argument("<snapshot>", "a zip, a folder, a single capture file, or - for standard input");
  withReportFlags(command, formats)
    .addHelpText(
      "after",
      `
Examples:
  vethscope show host.zip -f svg -o host.svg
  vethscope show host.zip -f mermaid -o host.mmd
  vethscope show host.zip -f dot | dot -Tsvg > host.svg`,
    )
    .action((snapshot: string, flags: ReportFlags) =>
      report(snapshot, flags, hasBadges(flags.format) ? analyzeAndCheck : analyze),
    );
}

/** The checks run for these only: the other formats have no place for what they find, and stay fast. */
const hasBadges = (format: Format): boolean => format === "svg" || format === "html";
