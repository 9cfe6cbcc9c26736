import * as z from "zod";
import type { Snapshot } from "../../src/captures/snapshot.ts";
import { splitLines } from "../../src/lib/lines.ts";
import type { Source } from "../../src/lib/source.ts";
import type { Complaint } from "./complaint.ts";

const unprintable = /(?!\n)[\p{C}\p{Zl}\p{Zp}]/u;
const colours = /\x1b\[\d{1,2}m/g;

/**
 * Whether an output holds nothing that acts on a terminal or turns the direction of writing; colours and tabs are allowed
 * where they belong.
 */
export function judgeText(
  step: string,
  text: string,
  { color, tabs }: { readonly color: boolean; readonly tabs: boolean },
): readonly Complaint[] {
  const uncoloured = color ? text.replace(colours, "") : text;
  const plain = tabs ? uncoloured.replaceAll("\t", " ") : uncoloured;
  const at = plain.search(unprintable);
  if (at < 0) return [];
  const [code, before] = [plain.codePointAt(at)?.toString(16), plain.slice(Math.max(0, at - 60), at)];
  return [about(step, "prints what is no plain character", `U+${code} after ${JSON.stringify(before)}`)];
}

/** Whether a result is what its schema promises. */
export function judgeShape(step: string, schema: z.ZodType, value: unknown): readonly Complaint[] {
  const { error } = schema.safeParse(value);
  return error === undefined ? [] : [about(step, "is not what the schema says", z.prettifyError(error).slice(0, 300))];
}

/** Whether all places that a result names are lines of the snapshot; and whether what it quotes stands there. */
export function judgeSources(step: string, value: unknown, snapshot: Snapshot, quotes = false): readonly Complaint[] {
  const texts = new Map<string, string[]>();
  for (const capture of snapshot.captures) {
    if (capture.state !== "ok") continue;
    const lines = texts.get(capture.file) ?? [];
    for (const { number, text } of splitLines(capture.text, capture.firstLine)) lines[number - 1] = text;
    // What is missing from a part of no lines is missing behind the line before it.
    if (capture.text === "") lines[capture.firstLine - 2] ??= "";
    texts.set(capture.file, lines);
  }
  const complaints: Complaint[] = [];
  for (const { file, line, quote } of placesIn(value)) {
    const text = texts.get(file)?.[line - 1];
    if (text === undefined && !isUnreadable(snapshot, file))
      complaints.push(about(step, "points to no line", JSON.stringify({ file, line })));
    else if (quotes && quote !== undefined && text !== undefined && !shows(quote, text.trim()))
      complaints.push(about(step, "quotes another text", JSON.stringify({ file, line, quote, text }).slice(0, 300)));
  }
  return complaints.slice(0, 1);
}

/** A long line is quoted cut, a rule without its counters, and a line that is only a bracket with the next one. */
const shows = (quote: string, text: string): boolean => quote.startsWith(text) || text.includes(quote);

/** Of what failed or was not taken there is no line to point to. */
const isUnreadable = (snapshot: Snapshot, file: string): boolean =>
  file === "manifest.json" || snapshot.captures.some((one) => one.file === file && one.state !== "ok");

interface Quoted extends Source {
  readonly quote?: string;
}

function* placesIn(value: unknown): Generator<Quoted> {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (const one of value) yield* placesIn(one);
    return;
  }
  const { file, line, quote } = value as { readonly file?: unknown; readonly line?: unknown; readonly quote?: unknown };
  if (typeof file === "string" && typeof line === "number") {
    yield { file, line, ...(typeof quote === "string" ? { quote } : {}) };
  }
  for (const one of Object.values(value)) yield* placesIn(one);
}

export const about = (step: string, rule: string, detail: string): Complaint => ({ step, rule, detail, place: null });
