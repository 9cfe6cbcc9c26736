import { jsonText } from "../../lib/json-text.ts";
import type { ComparisonReporter } from "./reporter.ts";

/** The comparison itself, as `schema/comparison.schema.json` describes it. */
export const json: ComparisonReporter = (comparison) => jsonText(comparison);
