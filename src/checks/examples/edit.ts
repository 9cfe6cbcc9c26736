/** The text without the lines that hold any of the given pieces. */
export function without(text: string, ...pieces: readonly string[]): string {
  return text
    .split("\n")
    .filter((line) => !pieces.some((piece) => line.includes(piece)))
    .join("\n");
}

/** The text with one piece, which it has to hold, replaced. */
export function replaced(text: string, piece: string, by: string): string {
  if (!text.includes(piece)) throw new Error(`the example does not hold ${piece}`);
  return text.replace(piece, () => by);
}

/** A rule set with further rules at the end of a table. */
export function appended(text: string, table: string, ...rules: readonly string[]): string {
  const start = text.indexOf(`*${table}\n`);
  const end = text.indexOf("COMMIT", start);
  if (start < 0 || end < 0) throw new Error(`the example has no table ${table}`);
  return `${text.slice(0, end)}${rules.map((rule) => `${rule}\n`).join("")}${text.slice(end)}`;
}

/** A rule set with the rules of a table deleted and its chains left, as `iptables -F` does. */
export function emptied(text: string, table: string): string {
  const start = text.indexOf(`*${table}\n`);
  const end = text.indexOf("COMMIT", start);
  if (start < 0 || end < 0) throw new Error(`the example has no table ${table}`);
  return `${text.slice(0, start)}${without(text.slice(start, end), "-A ")}${text.slice(end)}`;
}
