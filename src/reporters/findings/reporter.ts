import type { FindingsReport } from "../../results/findings.ts";
import type { ReportOptions } from "../report-options.ts";

/** Turns a report of findings into text that ends in a line end. Pure: it writes nowhere and looks nothing up. */
export type FindingsReporter = (report: FindingsReport, options: ReportOptions) => string;
