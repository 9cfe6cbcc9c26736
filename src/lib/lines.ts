/** One line of a file: its text without the line end, and its number in that file, from 1. */
export interface Line {
  readonly number: number;
  readonly text: string;
}

/**
 * Splits text into lines; `\r\n` ends a line as `\n` does. The end of the last line makes no further, empty one.
 * `firstLine` is the number of the first line, for text that was cut out of a larger file.
 */
export function splitLines(text: string, firstLine = 1): Line[] {
  const lines = text.split("\n").map((line, i) => ({
    number: firstLine + i,
    text: line.endsWith("\r") ? line.slice(0, -1) : line,
  }));
  if (lines.at(-1)?.text === "") lines.pop();
  return lines;
}
