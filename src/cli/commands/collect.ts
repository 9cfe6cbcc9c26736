import type { Command } from "commander";

export function addCollect(program: Command): void {
  program
    .command("collect")
    .summary("the shell script that takes a snapshot")
    .description("Prints the collector, a POSIX shell script: run it on the host, it writes one zip.")
    .option("-o, --output <file>", "write to a file instead of standard output")
    .addHelpText(
      "after",
      `
Examples:
  vethscope collect > collect.sh
  vethscope collect | ssh host 'sh -s -- -o -' > host.zip`,
    )
    .action(async ({ output }: { readonly output?: string }) => {
      const { printCollector } = await import("../actions/collect.ts");
      await printCollector(output);
    });
}
