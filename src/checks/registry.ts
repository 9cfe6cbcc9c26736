import type { Check } from "./check.ts";

/** All checks, in the order of the catalogue. A new one is a file here and a line below. */
export const checks = [] as const satisfies readonly Check[];

/** The id of a check. */
export type CheckId = (typeof checks)[number]["id"];
