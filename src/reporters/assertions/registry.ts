import type { AssertionsFormat } from "../formats.ts";
import { json } from "./json.ts";
import { junit } from "./junit.ts";
import type { AssertionsReporter } from "./reporter.ts";
import { text } from "./text.ts";

/** All formats of `assert -f`. A new one is a file here, a line below and its name in `formats.ts`. */
export const assertionsReporters: Readonly<Record<AssertionsFormat, AssertionsReporter>> = { text, json, junit };
