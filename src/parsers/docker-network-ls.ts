import { linesToRead } from "./lines.ts";
import type { Note, Parser } from "./parser.ts";
import { type Column, printTable, readHeader, readRow } from "./table.ts";

/** One row of `docker network ls`. */
export interface NetworkRow {
  readonly line: number;
  /** As printed: usually the first 12 digits. */
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly scope: string;
}

// The columns: docker/cli cli/command/network/formatter.go.
const headings = ["NETWORK ID", "NAME", "DRIVER", "SCOPE"] as const;

/** Reads `docker network ls`, with its columns or with all space squeezed to one. */
export const dockerNetworkLs: Parser<readonly NetworkRow[]> = {
  parse(text, firstLine) {
    const data: NetworkRow[] = [];
    const notes: Note[] = [];
    let columns: readonly Column[] | null = null;
    for (const line of linesToRead(text, notes, firstLine)) {
      if (line.text.trim() === "") continue;
      if (/^NETWORK ID\s+NAME\s+DRIVER\s+SCOPE\s*$/.test(line.text)) {
        columns = readHeader(line.text);
        continue;
      }
      const [id = "", name = "", driver = "", scope = ""] = readCells(line.text, columns);
      if (/^[0-9a-z]{12,64}$/.test(id) && name !== "" && /^(local|global|swarm)$/.test(scope)) {
        data.push({ line: line.number, id, name, driver, scope });
      } else {
        notes.push({ line: line.number, text: line.text, why: "not a row of id, name, driver and scope" });
      }
    }
    return { data, notes };
  },
  print: (rows) => printTable([headings, ...rows.map(({ id, name, driver, scope }) => [id, name, driver, scope])]),
};

/** By the columns, which allow for spaces in a name; where they are lost, four words are certain and anything else is not. */
function readCells(text: string, columns: readonly Column[] | null): readonly string[] {
  const cells = columns !== null && columns.length === headings.length ? readRow(text, columns) : null;
  if (cells !== null) return headings.map((heading) => cells.get(heading) ?? "");
  const words = text.trim().split(/\s+/);
  return words.length === headings.length ? words : [];
}
