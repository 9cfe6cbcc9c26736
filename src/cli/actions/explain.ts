import { checks } from "../../checks/registry.ts";
import { nearest } from "../../lib/nearest.ts";
import { verdictCodes } from "../../reasons/verdict-codes.ts";
import { explainCheck } from "../../reporters/findings/catalogue.ts";
import { explainCode, isVerdictCode } from "../../reporters/trace/explain-code.ts";
import type { ExplainFlags } from "../commands/checks.ts";
import { exitCodes } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import { writeResult } from "../output.ts";
import { terminalOptions } from "../terminal.ts";

export async function explain(id: string, { color }: ExplainFlags): Promise<void> {
  const options = terminalOptions(color, undefined);
  if (isVerdictCode(id)) return writeResult(explainCode(id, options), undefined);
  const found = checks.find((one) => one.id === id);
  if (found === undefined) throw new Failure(unknownId(id), exitCodes.usage);
  const { examplesById } = await import("../../checks/all-examples.ts");
  await writeResult(explainCheck(found, examplesById[found.id], options), undefined);
}

function unknownId(id: string): string {
  const meant = nearest(id, [...checks.map((one) => one.id), ...Object.keys(verdictCodes)]);
  const fits = meant === null ? "vethscope checks lists the checks" : `did you mean ${meant}?`;
  return `no check and no verdict's code is called ${id}; ${fits}`;
}
