import { json } from "./json.ts";
import { junit } from "./junit.ts";
import type { AssertionsReporter } from "./reporter.ts";
import { text } from "./text.ts";

/** All formats of `assert -f`. A new one is a file here and a line below. */
export const assertionsReporters = { text, json, junit } satisfies Record<string, AssertionsReporter>;

export type AssertionsFormat = keyof typeof assertionsReporters;
