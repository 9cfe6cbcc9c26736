import { type Line, splitLines } from "../lib/lines.ts";
import type { Note } from "./parser.ts";

/** More than any command prints on a line; `iptables-restore` reads lines of up to 10,240 bytes. A longer one only costs time. */
const longestLine = 65_536;

/** Of a line that is not read so much is shown: enough to find it, and nothing of a command line that may hold a password. */
const shown = 60;

/** The lines of a text, for a parser to read. One that is too long is left out and noted. */
export function* linesToRead(text: string, notes: Note[], firstLine = 1): Generator<Line> {
  for (const line of splitLines(text, firstLine)) {
    if (line.text.length <= longestLine) yield line;
    else notes.push({ line: line.number, text: `${line.text.slice(0, shown)}…`, why: tooLong(line.text) });
  }
}

const tooLong = ({ length }: string): string => `a line of ${length} characters, of which ${longestLine} would be read`;
