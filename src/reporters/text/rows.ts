import { padTo, textWidth } from "../../lib/text-width.ts";

/** The cells of one line, already styled; an empty cell only keeps its place in the column. */
export type TextRow = readonly string[];

const gap = "  ";

/**
 * Lays rows out in columns. A row wider than `width` goes on in further lines, which are indented; no cell is cut.
 * Returns the lines of each row.
 */
export function layOut(rows: readonly TextRow[], width: number): string[][] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, textWidth(cell));
  }
  // An outlier must not push all others off the screen: columns end at a third of the width.
  const most = Math.max(12, Math.floor(width / 3));
  return rows.map((row) =>
    layOutRow(
      row,
      widths.map((each) => Math.min(each, most)),
      width,
    ),
  );
}

function layOutRow(row: TextRow, widths: readonly number[], width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const [column, cell] of row.entries()) {
    const columnWidth = widths[column] ?? 0;
    if (columnWidth === 0) continue;
    if (textWidth(cell) > 0 && line.trim() !== "" && textWidth(line) + textWidth(cell) > width) {
      lines.push(line.trimEnd());
      line = "    ";
    }
    line += padTo(cell, columnWidth) + gap;
  }
  lines.push(line.trimEnd());
  return lines.filter((each, i) => each !== "" || i === 0);
}

/** Joins words to lines no wider than `width`; every line but the first starts with `indent`. */
export function wrap(words: readonly string[], width: number, indent: string, separator = gap): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    const longer = line === "" ? (lines.length === 0 ? word : indent + word) : line + separator + word;
    if (line !== "" && textWidth(longer) > width) {
      lines.push((line + separator).trimEnd());
      line = indent + word;
    } else {
      line = longer;
    }
  }
  return line === "" ? lines : [...lines, line];
}
