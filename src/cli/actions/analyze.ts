import { analyzeAndCheck } from "../../operations/check.ts";
import type { ReportFlags } from "../commands/report-flags.ts";
import { printAnalysis } from "./print-analysis.ts";

export const analyzeSnapshot = (snapshot: string, flags: ReportFlags): Promise<void> =>
  printAnalysis(snapshot, flags, analyzeAndCheck);
