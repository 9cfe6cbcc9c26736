import type { AssertionReport, AssertionsReport } from "../../results/assertions.ts";
import type { ReportOptions } from "../report-options.ts";

export interface AssertionsOptions extends ReportOptions {
  /** Show everything that is listed: all problems with all their lines, and what had to be assumed. */
  readonly verbose: boolean;
}

/** Turns a report of assertions into text that ends in a line end. Pure: it writes nowhere and looks nothing up. */
export type AssertionsReporter = (report: AssertionsReport, options: AssertionsOptions) => string;

/** How an assertion ended: `open` is unknown and fails, `let-pass` is unknown and allowed to be. */
export type Ending = "failed" | "open" | "let-pass" | "passed";

export function endingOf({ outcome, passes }: AssertionReport): Ending {
  if (outcome !== "unknown") return outcome;
  return passes ? "let-pass" : "open";
}
