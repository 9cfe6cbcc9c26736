import fc from "fast-check";
import { expect, it } from "vitest";
import type { Parser } from "../../src/parsers/parser.ts";
import { runs } from "./extent.ts";
import { withoutLines } from "./without-lines.ts";

/** What holds for the parser of any JSON output, tried on real samples and on mutilated ones. */
export function itObeysTheJsonLaws<T>(parser: Parser<T>, samples: readonly string[]): void {
  const sample = fc.constantFrom(...samples);
  const piece = fc.constantFrom(
    ...'{}[],:"\n'.split(""),
    "null",
    "1",
    "true",
    "[]",
    "{}",
    '"__proto__":',
    '"x"',
    "\\",
    "Ω",
  );
  const edit = fc.record({ at: fc.nat(), cut: fc.nat({ max: 40 }), piece: fc.option(piece, { nil: "" }) });
  const edited = fc.tuple(sample, fc.array(edit, { minLength: 1, maxLength: 6 })).map(([text, edits]) =>
    edits.reduce((result, { at, cut, piece }) => {
      const start = at % (result.length + 1);
      return result.slice(0, start) + piece + result.slice(start + cut);
    }, text),
  );
  const scalar = fc.oneof(fc.constant(null), fc.integer(), fc.string(), fc.boolean(), fc.constant([]), fc.constant({}));
  const wrongShape = fc.tuple(sample, fc.nat(), scalar).map(([text, at, value]) => {
    const values = [...text.matchAll(/("[^"\\\n]*"|\d+|true|false|null)(?=\s*[,}\]\n])/g)];
    const match = values[at % values.length];
    if (match === undefined) return text;
    return text.slice(0, match.index) + JSON.stringify(value) + text.slice(match.index + match[0].length);
  });
  const anyText = fc.oneof(
    { weight: 3, arbitrary: edited },
    { weight: 3, arbitrary: wrongShape },
    fc.json(),
    fc.string({ unit: "binary" }),
  );

  it("never throws, and reads what it printed as the same data", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { data } = parser.parse(text);
        expect(withoutLines(parser.parse(parser.print(data)).data)).toEqual(withoutLines(data));
      }),
      { numRuns: runs(2000) },
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

  it("says so when the text is cut off", () => {
    fc.assert(
      fc.property(sample, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (text, part) => {
        const whole = text.slice(text.search(/[[{]/)).trimEnd();
        const { notes } = parser.parse(whole.slice(0, Math.max(1, Math.floor(whole.length * part))));
        expect(notes).not.toEqual([]);
      }),
    );
  });

  it("does not depend on indentation and takes CRLF for a line's end", () => {
    for (const text of samples) {
      expect(parser.parse(text.replace(/^[ \t]+/gm, ""))).toEqual(parser.parse(text));
      expect(parser.parse(text.replaceAll("\n", "\r\n"))).toEqual(parser.parse(text));
    }
  });

  it("counts lines from the first line's number", () => {
    for (const text of samples) expect(parser.parse(text, 4)).toEqual(parser.parse(`\n\n\n${text}`));
  });

  it("takes blank lines for nothing", () => {
    expect(parser.parse("").notes).toEqual([]);
    expect(parser.parse("\n  \n\t\n\r\n").notes).toEqual([]);
  });
}
