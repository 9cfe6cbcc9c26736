import type { Command } from "commander";
import { type ReportFlags, withReportFlags } from "./report-flags.ts";

export function addAnalyze(program: Command): void {
  const command = program
    .command("analyze")
    .summary("the host at a glance")
    .description(
      "Says what is on a host: its bridges, networks, containers, published ports and resolvers, what is wrong with it in short, and how good the snapshot is.",
    )
    .argument("<snapshot>", "a zip, a folder, a single capture file, or - for standard input");
  withReportFlags(command, ["text", "json"])
    .addHelpText(
      "after",
      `
Examples:
  vethscope analyze host.zip
  vethscope analyze host.zip -f json | jq .publishedPorts
  ssh host 'sh -s -- -o -' < collect.sh | vethscope analyze -`,
    )
    .action(async (snapshot: string, flags: ReportFlags) => {
      const { analyzeSnapshot } = await import("../actions/analyze.ts");
      await analyzeSnapshot(snapshot, flags);
    });
}
