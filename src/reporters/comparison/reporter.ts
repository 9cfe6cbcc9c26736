import type { Comparison } from "../../results/comparison.ts";
import type { ReportOptions } from "../report-options.ts";

export interface ComparisonOptions extends ReportOptions {
  /** Leave nothing out, and show a trace of both sides for each kind of attempt. */
  readonly verbose: boolean;
}

/** Turns a comparison into text that ends in a line end, or is empty. Pure: it writes nowhere and looks nothing up. */
export type ComparisonReporter = (comparison: Comparison, options: ComparisonOptions) => string;
