import type { Command } from "commander";
import { analysisFormats } from "../../reporters/formats.ts";
import { type ReportFlags, withReportFlags } from "./report-flags.ts";

export function addShow(program: Command): void {
  const command = program
    .command("show")
    .summary("the host as text, JSON, HTML, Markdown, or a picture in SVG, Mermaid or DOT")
    .description("Writes the topology of a host in one of several formats.")
    .argument("<snapshot>", "a zip, a folder, a single capture file, or - for standard input");
  withReportFlags(command, analysisFormats)
    .addHelpText(
      "after",
      `
Examples:
  vethscope show host.zip -f svg -o host.svg
  vethscope show host.zip -f mermaid -o host.mmd
  vethscope show host.zip -f dot | dot -Tsvg > host.svg`,
    )
    .action(async (snapshot: string, flags: ReportFlags) => {
      const { showSnapshot } = await import("../actions/show.ts");
      await showSnapshot(snapshot, flags);
    });
}
