import { json } from "./json.ts";
import { junit } from "./junit.ts";
import { markdown } from "./markdown.ts";
import type { FindingsReporter } from "./reporter.ts";
import { sarif } from "./sarif.ts";
import { text } from "./text.ts";

/** All formats of `check -f`. A new one is a file here and a line below. */
export const findingsReporters = { text, json, markdown, sarif, junit } satisfies Record<string, FindingsReporter>;

export type FindingsFormat = keyof typeof findingsReporters;
