import type { CaptureKind } from "../captures/kinds.ts";
import type { Capture, CaptureOk } from "../captures/snapshot.ts";
import { sortedBy } from "../lib/order.ts";
import { formatSource } from "../lib/source.ts";
import type { Note, Parsed, Parser } from "./parser.ts";
import { type DataOf, type ParsedCapture, parsers } from "./registry.ts";

/** Parses one capture with the parser of its kind. Line numbers count in the capture's file. */
export function parseCapture(capture: CaptureOk): ParsedCapture {
  const { data, notes, isBroken } = parseAs(capture.kind, capture.text, capture.firstLine);
  // The registry ties each kind to its data; TypeScript cannot follow that through a union of kinds.
  return { kind: capture.kind, capture, data, notes, ...(isBroken ? { isBroken } : {}) } as ParsedCapture;
}

/**
 * What becomes of a capture once its text was read. Of which no line was understood, it has failed: it is no output of its command,
 * and no empty list. A broken one is used as far as it goes, and is as little a whole list as one that was cut when it was taken.
 */
export function settle(parsed: ParsedCapture): Capture {
  const { kind, capture, notes, isBroken } = parsed;
  const [first] = notes;
  if (first === undefined) return capture;
  const where = `${formatSource({ file: capture.file, line: first.line })}: ${first.why}`;
  if (isNothing(parsed)) {
    const { netns, file } = capture;
    const why = `nothing in it was understood: ${where}: ${first.text.trim().slice(0, shownOfLine)}`;
    return { kind, netns, file, state: "failed", why: capture.note === undefined ? why : `${capture.note}; ${why}` };
  }
  if (isBroken !== true) return capture;
  const note = `${where}; only what stands whole is read`;
  return { ...capture, truncated: true, note: capture.note === undefined ? note : `${capture.note}; ${note}` };
}

/** Of a line that makes a capture fail so much is shown. */
const shownOfLine = 80;

function isNothing({ kind, data }: ParsedCapture): boolean {
  if (data === null) return true;
  if ("length" in data) return data.length === 0;
  if ("tables" in data) return data.tables.length === 0;
  if (kind !== "resolv-conf" && kind !== "resolved-conf") return false;
  return [data.nameservers, data.search, data.options, data.extServers].every(({ length }) => length === 0);
}

/** Parses a text as the output of the given kind of command. */
export function parseAs<K extends CaptureKind>(kind: K, text: string, firstLine = 1): Parsed<DataOf<K>> {
  const parser: Parser<DataOf<K>> = parsers[kind];
  const parsed = parser.parse(text, firstLine);
  return { ...parsed, notes: fewNotes(sortedBy(parsed.notes, ({ line }) => line)) };
}

/** A text of nothing but mistakes is not worth more notes than this; how many there were further is said. */
const mostNotes = 10_000;

function fewNotes(notes: readonly Note[]): readonly Note[] {
  const [first, ...others] = notes.slice(mostNotes);
  if (first === undefined) return notes;
  const why = `from here on ${1 + others.length} more that are not understood`;
  return [...notes.slice(0, mostNotes), { ...first, why }];
}

/** The canonical text of what `parseAs` made. */
export function printAs<K extends CaptureKind>(kind: K, data: DataOf<K>): string {
  const parser: Parser<DataOf<K>> = parsers[kind];
  return parser.print(data);
}
