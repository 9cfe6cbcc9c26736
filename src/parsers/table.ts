/** Docker's tables: a header in capitals, columns padded with spaces (docker/cli cli/command/formatter: text/tabwriter). */

/** A column of a table: its heading and where it begins, counted in characters. */
export interface Column {
  readonly heading: string;
  readonly start: number;
}

/** The columns of a header line: headings stand apart by two spaces or more. Null when they are squeezed to one. */
export function readHeader(line: string): Column[] | null {
  const columns = [...line.trimEnd().matchAll(/\S+(?: \S+)*/g)].map((match) => ({
    heading: match[0],
    start: match.index,
  }));
  return columns.length > 1 ? columns : null;
}

/** The cells of a row, by heading; null when the row does not keep to the columns. */
export function readRow(line: string, columns: readonly Column[]): ReadonlyMap<string, string> | null {
  // Widths are counted in characters, not in UTF-16 units.
  const text = /[\ud800-\udbff]/.test(line) ? [...line] : line;
  const cells = new Map<string, string>();
  for (const [i, { heading, start }] of columns.entries()) {
    if (start > 0 && start <= text.length && text[start - 1] !== " ") return null;
    const cell = text.slice(start, columns[i + 1]?.start);
    cells.set(heading, (typeof cell === "string" ? cell : cell.join("")).trimEnd());
  }
  return [...cells.values()].some((cell) => cell.startsWith(" ")) ? null : cells;
}

/** Prints a table as docker does: each column but the last three wider than its widest cell, and at least ten wide. */
export function printTable(rows: readonly (readonly string[])[]): string {
  const columns = (rows[0] ?? []).length;
  const widths = Array.from({ length: columns }, (_, column) =>
    rows.reduce((width, row) => Math.max(width, [...(row[column] ?? "")].length + 3), 10),
  );
  const printRow = (row: readonly string[]): string =>
    row.map((cell, i) => (i === columns - 1 ? cell : cell + " ".repeat((widths[i] ?? 0) - [...cell].length))).join("");
  return rows.map((row) => `${printRow(row)}\n`).join("");
}
