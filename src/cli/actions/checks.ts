import { checks } from "../../checks/registry.ts";
import { catalogueMarkdown, listChecks } from "../../reporters/findings/catalogue.ts";
import type { ChecksFlags } from "../commands/checks.ts";
import { writeResult } from "../output.ts";
import { terminalOptions } from "../terminal.ts";

export async function printChecks({ format, color }: ChecksFlags): Promise<void> {
  if (format === "text") return writeResult(listChecks(checks, terminalOptions(color, undefined)), undefined);
  const { examplesById } = await import("../../checks/all-examples.ts");
  await writeResult(catalogueMarkdown(checks, examplesById), undefined);
}
