import type { CaptureKind } from "../captures/kinds.ts";
import type { CaptureOk } from "../captures/snapshot.ts";
import { sortedBy } from "../lib/order.ts";
import { formatSource } from "../lib/source.ts";
import type { Note, Parsed, Parser } from "./parser.ts";
import { type DataOf, type ParsedCapture, parsers } from "./registry.ts";

/** Parses one capture with the parser of its kind. Line numbers count in the capture's file. */
export function parseCapture(capture: CaptureOk): ParsedCapture {
  const { data, notes } = parseAs(capture.kind, capture.text, capture.firstLine);
  // The registry ties each kind to its data; TypeScript cannot follow that through a union of kinds.
  return { kind: capture.kind, capture, data, notes } as ParsedCapture;
}

/**
 * Why a capture tells nothing though it has text: no line of it was understood, and so it is no output of its command. Null where
 * something was, or where the command itself printed no more than a header.
 */
export function whyNothing(parsed: ParsedCapture): string | null {
  const [note] = parsed.notes;
  if (note === undefined || !isNothing(parsed)) return null;
  return `nothing in it was understood: ${formatSource({ file: parsed.capture.file, line: note.line })}: ${note.why}`;
}

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
  const { data, notes } = parser.parse(text, firstLine);
  return { data, notes: fewNotes(sortedBy(notes, ({ line }) => line)) };
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
