import { jsonText } from "../../lib/json-text.ts";
import type { FindingsReporter } from "./reporter.ts";

/** The report itself, as `schema/findings.schema.json` describes it. */
export const json: FindingsReporter = (report) => jsonText(report);
