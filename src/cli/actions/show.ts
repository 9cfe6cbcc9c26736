import { analyze } from "../../operations/analyze.ts";
import { analyzeAndCheck } from "../../operations/check.ts";
import { reporters } from "../../reporters/analysis/registry.ts";
import type { AnalysisFormat } from "../../reporters/formats.ts";
import type { ReportFlags } from "../commands/report-flags.ts";
import { printAnalysis } from "./print-analysis.ts";

export const showSnapshot = (snapshot: string, flags: ReportFlags): Promise<void> =>
  printAnalysis(snapshot, flags, hasBadges(flags.format) ? analyzeAndCheck : analyze, reporters[flags.format]);

/** The checks run for these only: the other formats have no place for what they find, and stay fast. */
const hasBadges = (format: AnalysisFormat): boolean => format === "svg" || format === "html";
