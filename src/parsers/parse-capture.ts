import type { CaptureKind } from "../captures/kinds.ts";
import type { CaptureOk } from "../captures/snapshot.ts";
import { sortedBy } from "../lib/order.ts";
import type { Note, Parsed, Parser } from "./parser.ts";
import { type DataOf, type ParsedCapture, parsers } from "./registry.ts";

/** Parses one capture with the parser of its kind. Line numbers count in the capture's file. */
export function parseCapture(capture: CaptureOk): ParsedCapture {
  const { data, notes } = parseAs(capture.kind, capture.text, capture.firstLine);
  // The registry ties each kind to its data; TypeScript cannot follow that through a union of kinds.
  return { kind: capture.kind, capture, data, notes } as ParsedCapture;
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
