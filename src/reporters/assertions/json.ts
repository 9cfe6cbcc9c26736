import { jsonText } from "../../lib/json-text.ts";
import type { AssertionsReporter } from "./reporter.ts";

/** The report itself, as `schema/assertions.schema.json` describes it. */
export const json: AssertionsReporter = (report) => jsonText(report);
