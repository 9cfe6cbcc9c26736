import type { Analysis } from "../analysis.ts";

export interface ReportOptions {
  /** The columns to lay text out for; a single long word may still be wider. */
  readonly width: number;
  readonly color: boolean;
}

/** Turns an analysis into text that ends in a line end. Pure: it writes nowhere and looks nothing up. */
export type Reporter = (analysis: Analysis, options: ReportOptions) => string;
