import { checks } from "../../checks/registry.ts";
import { explainCheck } from "../../reporters/findings/catalogue.ts";
import type { ExplainFlags } from "../commands/checks.ts";
import { exitCodes } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import { writeResult } from "../output.ts";
import { terminalOptions } from "../terminal.ts";

export async function explain(id: string, { color }: ExplainFlags): Promise<void> {
  const found = checks.find((one) => one.id === id);
  if (found === undefined) throw new Failure(`no check is called ${id}; vethscope checks lists them`, exitCodes.usage);
  const { examplesById } = await import("../../checks/all-examples.ts");
  await writeResult(explainCheck(found, examplesById[found.id], terminalOptions(color, undefined)), undefined);
}
