import { analyzeAndCheck } from "../../operations/check.ts";
import { json } from "../../reporters/analysis/json.ts";
import { text } from "../../reporters/analysis/text.ts";
import type { ReportFlags } from "../commands/report-flags.ts";
import { printAnalysis } from "./print-analysis.ts";

/** Knows its two formats itself: those of pictures and pages would be loaded with the list of all. */
export const analyzeSnapshot = (snapshot: string, flags: ReportFlags): Promise<void> =>
  printAnalysis(snapshot, flags, analyzeAndCheck, flags.format === "json" ? json : text);
