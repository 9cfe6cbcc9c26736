import { escapeTerminal } from "../../lib/escape-terminal.ts";
import { textWidth } from "../../lib/text-width.ts";
import { wrap } from "../text/rows.ts";
import type { Style } from "../text/style.ts";

/** The longest text of a rule or step that is shown: iptables itself takes comments of 256 characters. */
const longest = 1000;

/** What one entry of a report says, how it is painted, and where it was read. */
export interface TraceLine {
  readonly text: string;
  /** Stands after the text, and is not broken over lines. */
  readonly remark?: string;
  readonly paint: (text: string) => string;
  /** Stands at the right margin: `27 packets  iptables-save.txt:77`. */
  readonly where: string;
  /** The columns before the text; only the first line has `lead` in them. */
  readonly indent: number;
  readonly lead: string;
}

/** Lays an entry out: its text wrapped at words, its place at the right margin of the last line or of one more. */
export function entryLines({ text, remark, paint, where, indent, lead }: TraceLine, style: Style): string[] {
  const blank = " ".repeat(indent);
  const words = escapeTerminal(text, longest).split(" ");
  if (remark !== undefined) words.push(` ${escapeTerminal(remark, longest)}`);
  const place = style.quiet(where);
  const wrapped = wrap(words, style.width - indent, "  ", " ");
  const lines = wrapped.map((line, i) => (i === 0 ? lead + " ".repeat(indent - textWidth(lead)) : blank) + paint(line));
  const last = lines.pop() ?? "";
  if (where === "") return [...lines, last];
  const free = style.width - textWidth(last) - textWidth(place);
  if (free >= 2) return [...lines, last + " ".repeat(free) + place];
  return [...lines, last, " ".repeat(Math.max(indent, style.width - textWidth(place))) + place];
}
