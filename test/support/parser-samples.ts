import { readdirSync, readFileSync } from "node:fs";
import type { CaptureKind } from "../../src/captures/kinds.ts";

export interface ParserSample {
  readonly name: string;
  readonly text: string;
}

/** The samples of a kind of output, in the order of their names. */
export function parserSamples(kind: CaptureKind): ParserSample[] {
  const folder = new URL(`../../fixtures/parsers/${kind}/`, import.meta.url);
  return readdirSync(folder)
    .sort()
    .map((name) => ({ name, text: readFileSync(new URL(name, folder), "utf8") }));
}
