import type { FindingsReporter } from "./reporter.ts";

/** The report itself, as `schema/findings.schema.json` describes it. */
export const json: FindingsReporter = (report) => `${JSON.stringify(report, null, 2)}\n`;
