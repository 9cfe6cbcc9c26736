/** The words of a rule line. A quoted word is never an option or a negation, whatever it starts with. */
export interface IptablesWords {
  readonly texts: readonly string[];
  /** The indexes of the words that stood in quotes. */
  readonly quoted: ReadonlySet<number>;
}

const none: ReadonlySet<number> = new Set();

/** A quoted word followed by a blank or the end, an unquoted word, or a quote that starts no proper word. */
const word = /"[^"\\]*(?:\\.[^"\\]*)*"(?=[ \t]|$)|[^ \t"][^ \t]*|"/gs;

/**
 * Splits a rule line as `iptables-restore` does (`add_param_to_argv` in iptables/xshared.c): words end at blanks, a word in
 * double quotes may hold anything, a backslash inside quotes takes the next character literally. A quote in the middle of a
 * word is part of it, since `iptables-save` prints chain names raw. "open" when a quote is not closed, "malformed" when text
 * follows a closing one at once.
 */
export function splitWords(line: string): IptablesWords | "open" | "malformed" {
  const texts: string[] = line.match(word) ?? [];
  if (!line.includes('"')) return { texts, quoted: none };
  const quoted = new Set<number>();
  for (let at = 0; at < texts.length; at++) {
    const text = texts[at] ?? "";
    if (text.charCodeAt(0) !== 34) continue;
    if (text === '"') return whatIsWrong(line);
    quoted.add(at);
    texts[at] = text.slice(1, -1).replace(/\\(.)/gs, "$1");
  }
  return { texts, quoted };
}

function whatIsWrong(line: string): "open" | "malformed" {
  const start = [...line.matchAll(word)].find(([text]) => text === '"')?.index ?? 0;
  return endsQuote(line.slice(start + 1)) ? "malformed" : "open";
}

/** The first quote in the text, which starts inside a quoted word, that no backslash takes away. */
const closingQuote = /^[^"\\]*(?:\\.[^"\\]*)*"/s;

/** Whether a quoted word that the text starts in ends there. */
export function endsQuote(text: string): boolean {
  return closingQuote.test(text);
}

/** The word in double quotes, with `\` before each of the given characters. */
export function quote(text: string, escaped: RegExp): string {
  return `"${text.replace(escaped, "\\$&")}"`;
}
