import { jsonText } from "../../lib/json-text.ts";
import type { Reporter } from "./reporter.ts";

/** The analysis itself, as `schema/analysis.schema.json` describes it. */
export const json: Reporter = (analysis) => jsonText(analysis);
