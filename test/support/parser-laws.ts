import fc from "fast-check";
import { expect, it } from "vitest";
import type { Parser } from "../../src/parsers/parser.ts";
import { runs } from "./extent.ts";
import { withoutLines } from "./without-lines.ts";

/** A text with blanks at the ends of lines removed: iproute2 leaves some, and nothing hangs on them. */
export function withoutTrailingBlanks(text: string): string {
  return text
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/** What holds for the parser of any line-oriented output, tried on real samples and on texts made of their words. */
export function itObeysTheLaws<T>(parser: Parser<T>, samples: readonly string[]): void {
  const sample = fc.constantFrom(...samples);
  const vocabulary = [...new Set(samples.flatMap((text) => text.split(/[ \n]+/)))];
  const word = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...vocabulary) },
    { weight: 1, arbitrary: fc.string() },
  );
  const separator = fc.constantFrom(" ", " ", " ", "  ", "\n", "\n    ", "\t", "\\ ", "\r\n");
  const mixture = fc.array(fc.tuple(word, separator), { maxLength: 60 }).map((pairs) => pairs.flat().join(""));
  const edit = fc.record({
    line: fc.nat(),
    at: fc.nat(),
    what: fc.constantFrom("insert", "remove", "repeat", "swap"),
    word,
  });
  const edited = fc.tuple(sample, fc.array(edit, { minLength: 1, maxLength: 8 })).map(([text, edits]) => {
    const lines = text.split("\n").map((line) => line.split(" "));
    for (const { line, at, what, word } of edits) {
      const words = lines[line % lines.length] ?? [];
      const index = at % (words.length + 1);
      if (what === "insert") words.splice(index, 0, word);
      if (what === "remove") words.splice(index, 1);
      if (what === "repeat") words.splice(index, 0, ...words.slice(index, index + 2));
      if (what === "swap") words.splice(index, 2, ...words.slice(index, index + 2).reverse());
    }
    return lines.map((words) => words.join(" ")).join("\n");
  });
  const anyText = fc.oneof({ weight: 3, arbitrary: edited }, mixture, fc.string({ unit: "binary" }));

  it("never throws", () => {
    fc.assert(fc.property(anyText, (text) => void parser.print(parser.parse(text).data)));
  });

  it("reads what it printed as the same data", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { data } = parser.parse(text);
        expect(withoutLines(parser.parse(parser.print(data)).data)).toEqual(withoutLines(data));
      }),
      { numRuns: runs(400) },
    );
  });

  it("notes a line of garbage wherever it stands", () => {
    const garbage = fc.constantFrom("lorem ipsum dolor", "    lorem ipsum dolor sit amet", "?? !", "Error: it failed.");
    fc.assert(
      fc.property(sample, garbage, fc.nat(), (text, line, at) => {
        const lines = text.split("\n");
        const index = at % lines.length;
        lines.splice(index, 0, line);
        const { notes } = parser.parse(lines.join("\n"));
        expect(notes).toContainEqual(expect.objectContaining({ line: index + 1, text: line }));
      }),
    );
  });

  it("loses no word: it is in the data or in a note", () => {
    fc.assert(
      fc.property(sample, fc.nat(), fc.nat(), (text, line, at) => {
        const lines = text.split("\n");
        const index = line % lines.length;
        const words = (lines[index] ?? "").split(/(?=[ \t])/);
        words.splice(at % (words.length + 1), 0, " qqzzx ");
        lines[index] = words.join("");
        const { data, notes } = parser.parse(lines.join("\n"));
        const kept = JSON.stringify(data).includes("qqzzx") || notes.some((note) => note.line === index + 1);
        expect(kept, lines[index]).toBe(true);
      }),
      { numRuns: runs(400) },
    );
  });

  it("takes CRLF for a line's end", () => {
    for (const text of samples) {
      expect(parser.parse(text.replaceAll("\n", "\r\n"))).toEqual(parser.parse(text));
    }
  });

  it("counts lines from the first line's number", () => {
    for (const text of samples) {
      const moved = parser.parse(`\n\n\n${text}`);
      expect(parser.parse(text, 4)).toEqual(moved);
    }
  });

  it("takes blank lines and the end of the text for nothing", () => {
    expect(parser.parse("").notes).toEqual([]);
    expect(parser.parse("\n  \n\t\n\r\n").notes).toEqual([]);
  });
}
