import type { Analysis } from "../../results/analysis.ts";
import type { ReportOptions } from "../report-options.ts";

/** Turns an analysis into text that ends in a line end. Pure: it writes nowhere and looks nothing up. */
export type Reporter = (analysis: Analysis, options: ReportOptions) => string;
