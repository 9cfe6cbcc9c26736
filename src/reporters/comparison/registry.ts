import { diff } from "./diff.ts";
import { json } from "./json.ts";
import { markdown } from "./markdown.ts";
import type { ComparisonReporter } from "./reporter.ts";
import { text } from "./text.ts";

/** All formats of `diff -f`. A new one is a file here and a line below. */
export const comparisonReporters = { text, json, markdown, diff } satisfies Record<string, ComparisonReporter>;

export type ComparisonFormat = keyof typeof comparisonReporters;
