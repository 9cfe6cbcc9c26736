/**
 * Makes any text safe to print on a terminal, on one line: control characters, escape sequences, line ends, invisible and
 * direction-changing characters become visible escapes (`\x1b`, `\n`, `\u{202e}`), and text longer than `longest`
 * characters is cut in its middle, where a `…` then stands. Ordinary text of any script stays as it is.
 */
export function escapeTerminal(text: string, longest = 200): string {
  // Nearly all names and words.
  if (text.length <= longest && /^[ -~]*$/.test(text)) return text;
  const characters = [...(text.length > 4 * longest ? ends(text, 2 * longest) : text)];
  const cut = characters.length > longest || text.length > 4 * longest;
  const shown = cut ? [...characters.slice(0, longest - 16), "…", ...characters.slice(-15)] : characters;
  return escapeLine(shown.join(""));
}

/** The same, whole however long it is. */
export const escapeLine = (text: string): string =>
  text.replace(unsafe, escapeOne).replace(tooManyMarks, (marks) => [...marks].map(asCodePoint).join(""));

/** The same for a text of several lines, which keeps its line ends and tabs. */
export const escapeLines = (text: string): string => text.replace(/[^\n\t]+/g, escapeLine);

/** Both ends of a very long text, so that a hostile megabyte is not split into characters first. */
const ends = (text: string, length: number): string => text.slice(0, length) + text.slice(-length);

// Other (control, format, surrogate, private use, unassigned), line and paragraph separators, and spaces but the usual one.
const unsafe = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;
// Letters of some scripts carry two marks; piles of them draw over the lines above.
const tooManyMarks = /(?<=\p{M}{2})\p{M}+/gu;

const named: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escapeOne(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return named[character] ?? (code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : asCodePoint(character));
}

const asCodePoint = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
