/** The document side of every JSON parser: elements, line numbers, checks against schemas, notes. */
import type * as z from "zod";
import { type JsonPlace, readElements } from "./json-reader.ts";
import type { Note, Parsed } from "./parser.ts";

/** A text of JSON elements being turned into records. Notes gather while its parts are checked. */
export interface JsonText {
  /** The top-level objects, an array standing for its elements. */
  readonly elements: readonly object[];
  /** The line of an object of this text, or of one of its members. */
  lineOf(value: object, member?: string): number;
  /** Notes that a part of an element is not understood: at the line of the object, or of its member. */
  note(value: object, why: string, member?: string): void;
  /** Checks a part of the element `inside` against a schema. What does not fit becomes one note at its line, and null. */
  check<T>(schema: z.ZodType<T>, value: unknown, inside: object, member?: string): T | null;
  /** The result, with the notes in the order of their lines. */
  parsed<T>(data: T): Parsed<T>;
}

/** Reads the JSON in a text; never throws. `wrapper`: see `readElements`. */
export function readJson(text: string, firstLine = 1, wrapper?: string): JsonText {
  const { elements, places, problems, isBroken } = readElements(text, wrapper);
  const notes: Note[] = [];
  const lineStarts = findLineStarts(text);
  const lineAt = (offset: number): number => firstLine + indexOfLine(lineStarts, offset);

  const noteAt = (offset: number, why: string, shownFrom = offset): void => {
    notes.push({ line: lineAt(offset), text: excerpt(text, lineStarts, offset, shownFrom), why });
  };
  const offsetOf = (value: object, member?: string): number => {
    const place = places.get(value);
    return (member === undefined ? undefined : memberStart(place, member)) ?? place?.start ?? 0;
  };

  let lastLine = -1;
  for (const { at, elementStart, why } of [...problems].sort((a, b) => a.at - b.at)) {
    const [line, start] = [lineAt(at), lineAt(elementStart)];
    if (line === lastLine) continue;
    lastLine = line;
    // Of a text that ends too early the start tells more than the end, which can be the middle of a secret.
    noteAt(at, start < line ? `${why}, in what begins at line ${start}` : why, at < text.length ? at : elementStart);
  }

  let mistakes = 0;
  return {
    elements,
    lineOf: (value, member) => lineAt(offsetOf(value, member)),
    note: (value, why, member) => noteAt(offsetOf(value, member), why),
    check: (schema, value, inside, member) => {
      if (mistakes >= mostMistakes) {
        noteAt(offsetOf(inside, member), `not read: ${mostMistakes} mistakes stand before it`);
        return null;
      }
      const result = schema.safeParse(value);
      if (result.success) return result.data;
      mistakes++;
      const [issue] = result.error.issues;
      const path = issue?.path ?? [];
      noteAt(offsetOnPath(places, value, path) ?? offsetOf(inside, member), describe(path, issue?.message ?? ""));
      return null;
    },
    parsed: (data) => ({
      data,
      notes: notes.sort((a, b) => a.line - b.line),
      ...(isBroken ? { isBroken } : {}),
    }),
  };
}

/** Whether a line of the text begins an object: what can be printed for people, too, is JSON then. */
export const holdsJson = (text: string): boolean => /^[ \t\ufeff]*\{/m.test(text);

/** The canonical text of a JSON value, indented as Docker does. */
export const printJson = (value: unknown): string => `${JSON.stringify(value, null, 4)}\n`;

function findLineStarts(text: string): number[] {
  const starts = [0];
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) starts.push(end + 1);
  // The end of the last line is not the start of another one.
  if (starts.length > 1 && starts.at(-1) === text.length) starts.pop();
  return starts;
}

/** The index of the line that an offset lies in, by binary search. */
function indexOfLine(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function memberStart(place: JsonPlace | undefined, member: string): number | undefined {
  return place?.keyStarts[place.keys.lastIndexOf(member)];
}

/** The offset of the deepest value on the path that has one. */
function offsetOnPath(
  places: ReadonlyMap<object, JsonPlace>,
  root: unknown,
  path: readonly PropertyKey[],
): number | undefined {
  let value = root;
  let offset: number | undefined;
  for (const step of [...path, null]) {
    if (typeof value !== "object" || value === null) break;
    const place = places.get(value);
    offset = place?.start ?? offset;
    if (step === null) break;
    offset = memberStart(place, String(step)) ?? offset;
    value = Object.hasOwn(value, step) ? (value as Record<PropertyKey, unknown>)[step] : undefined;
  }
  return offset;
}

/** What a schema disliked, in one short phrase: "IPAM.Config: expected array, received string". */
function describe(path: readonly PropertyKey[], message: string): string {
  const where = path.map(String).join(".").slice(0, 60);
  const what = message.replace(/^Invalid input: /, "").slice(0, 120);
  return where === "" ? what : `${where}: ${what}`;
}

/** To say what is wrong with a value takes many times as long as to read one: a text of nothing else is not worth it. */
const mostMistakes = 10_000;

/** A line longer than this is shown from the place in question on: machine-made JSON is one line. */
const longLine = 240;
const shownOfLongLine = 80;

/** The line an offset lies in, or the part of it that matters, without values of environment variables and passwords. */
function excerpt(text: string, lineStarts: readonly number[], offset: number, shownFrom: number): string {
  const index = indexOfLine(lineStarts, offset);
  const start = lineStarts[index] ?? 0;
  const end = lineStarts[index + 1] ?? text.length;
  const from = Math.max(start, shownFrom);
  const line =
    end - start > longLine ? text.slice(from, Math.min(from + shownOfLongLine, end)) : text.slice(start, end);
  return withoutSecrets(line.replace(/\r?\n$/, ""));
}

/** Hides what follows `NAME=` in a string and the user part of a URL: full `docker inspect` output has both. */
function withoutSecrets(line: string): string {
  return line.replace(/"([^"=\\]*=)(?:[^"\\]|\\.)*/g, '"$1…').replace(/:\/\/[^/@"\s]*@/g, "://…@");
}
