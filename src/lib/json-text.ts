/**
 * JSON, indented, that is safe to print on a terminal: JSON itself escapes only the first 32 control characters, so the
 * others and those that are invisible or change the direction of writing are written as `\uXXXX` too. The value is the same.
 */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2).replace(/(?!\n)[\p{C}\p{Zl}\p{Zp}]/gu, escapeUnits)}\n`;
}

/** The same on one line, for NDJSON. */
export function jsonLine(value: unknown): string {
  const text = JSON.stringify(value);
  // Most lines are plain: they are not searched by Unicode classes.
  return `${/^[\x20-\x7e→…]*$/.test(text) ? text : text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escapeUnits)}\n`;
}

function escapeUnits(character: string): string {
  const units = Array.from({ length: character.length }, (_, i) => character.charCodeAt(i));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}
