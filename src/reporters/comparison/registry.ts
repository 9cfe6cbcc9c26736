import type { ComparisonFormat } from "../formats.ts";
import { diff } from "./diff.ts";
import { json } from "./json.ts";
import { markdown } from "./markdown.ts";
import type { ComparisonReporter } from "./reporter.ts";
import { text } from "./text.ts";

/** All formats of `diff -f`. A new one is a file here, a line below and its name in `formats.ts`. */
export const comparisonReporters: Readonly<Record<ComparisonFormat, ComparisonReporter>> = {
  text,
  json,
  markdown,
  diff,
};
