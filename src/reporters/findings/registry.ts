import type { FindingsFormat } from "../formats.ts";
import { json } from "./json.ts";
import { junit } from "./junit.ts";
import { markdown } from "./markdown.ts";
import type { FindingsReporter } from "./reporter.ts";
import { sarif } from "./sarif.ts";
import { text } from "./text.ts";

/** All formats of `check -f`. A new one is a file here, a line below and its name in `formats.ts`. */
export const findingsReporters: Readonly<Record<FindingsFormat, FindingsReporter>> = {
  text,
  json,
  markdown,
  sarif,
  junit,
};
