import { escapeTerminal } from "./escape-terminal.ts";

/**
 * A command that a person may paste into a root shell. Names come out of snapshots whose authors may be hostile, so a command
 * is built and never filtered: text of our own is kept apart from foreign words until `pasteable` writes it down.
 */
export interface Command {
  readonly pieces: readonly Piece[];
}

/** Text of our own, which the shell may read as it likes; or a word that ends in foreign text, of which it must read nothing. */
type Piece = { readonly own: string } | Word;

interface Word {
  /** What of ours the word begins with: `--zone=`. */
  readonly lead: string;
  readonly foreign: string;
  /** Why it must not be pasted, where whoever built the command knows. */
  readonly doubt?: string;
}

/** What may stand in a template: a foreign word, or commands of which each stands for its words. */
type Value = string | number | Command | readonly Command[];

/**
 * A command of our own text with foreign words in between: sh`ip link del dev ${name}`. Text that touches a foreign word
 * belongs to it and is quoted with it (`--zone=${zone}`); everything else of a template is printed as it stands. A command
 * in a template stands for its words, a list of them for all their words. A template whose own text at a foreign word means
 * something to the shell, or that glues a command to a word, is our mistake and throws.
 */
export function sh(texts: TemplateStringsArray, ...values: readonly Value[]): Command {
  const groups: (Piece | Command)[][] = [[]];
  const add = (token: Piece | Command) => groups.at(-1)?.push(token);
  texts.forEach((text, i) => {
    for (const [at, own] of text.split(/ +/).entries()) {
      if (at > 0) groups.push([]);
      if (own !== "") add({ own });
    }
    const value = values[i];
    if (typeof value === "object")
      add({ pieces: "pieces" in value ? value.pieces : value.flatMap(({ pieces }) => pieces) });
    else if (value !== undefined) add({ lead: "", foreign: String(value) });
  });
  return { pieces: groups.flatMap(oneWord) };
}

/** What stands between two blanks of a template. */
function oneWord(tokens: readonly (Piece | Command)[]): readonly Piece[] {
  const [first] = tokens;
  if (first === undefined) return [];
  if (tokens.length === 1) return "pieces" in first ? first.pieces : [first];
  const parts = tokens.map((token) => {
    if ("pieces" in token) throw new Error("a command is glued to a word");
    if ("own" in token && !harmless.test(token.own)) throw new Error(`shell syntax at a foreign word: ${token.own}`);
    return textOf(token);
  });
  const lead = "own" in first ? first.own : "";
  return [{ lead, foreign: parts.join("").slice(lead.length) }];
}

/** A word that stands in a list of ours, such as the name of an option that a table of options holds. */
export const ownWord = (word: string): Command => ({ pieces: [{ own: word }] });

/** A foreign word for whose sake the command is withheld: `doubt` goes on "NAME is …, which". */
export const doubtful = (foreign: string, doubt: string): Command => ({ pieces: [{ lead: "", foreign, doubt }] });

const harmless = /^[\w./:@%+=,-]*$/;

/** What is printed of a command: its text, or a sentence that says which names a person has to put in, and why. */
export type Pasted = { readonly text: string } | { readonly withheld: string };

/**
 * Writes a command down for POSIX shells (and for fish): each foreign word is one word there, whatever it holds. A command is
 * withheld where a foreign word could be taken for an option, is read once more by the program that gets it, or does not look
 * like what it is; and where it is too long. It is never cut.
 */
export function pasteable({ pieces }: Command): Pasted {
  const doubts = new Map<string, string>();
  let reader: string | null = null;
  for (const piece of pieces) {
    if ("own" in piece) {
      if (Object.hasOwn(rereads, piece.own)) reader = piece.own;
      continue;
    }
    const why = whyNot(piece, reader);
    if (why !== null) doubts.set(piece.foreign, why);
  }
  const names = [...doubts.keys()];
  const placeholder = (word: string) => (names.length === 1 ? "NAME" : `NAME${names.indexOf(word) + 1}`);
  const text = pieces
    .map((piece) =>
      "own" in piece
        ? piece.own
        : doubts.has(piece.foreign)
          ? piece.lead + placeholder(piece.foreign)
          : quoted(textOf(piece)),
    )
    .join(" ");
  if (text.length > longestCommand) return { withheld: `A command is withheld: it has ${text.length} characters.` };
  if (names.length === 0) return { text };
  const meant = [...doubts].map(([word, why]) => `${placeholder(word)} is "${escapeTerminal(word, 60)}", which ${why}`);
  return { withheld: `A command is withheld, put the name in yourself: ${text}, where ${meant.join(" and ")}.` };
}

const textOf = (piece: Piece): string => ("own" in piece ? piece.own : piece.lead + piece.foreign);

/** The foreign word in single quotes unless it is plainly harmless; quotes and backslashes stand outside, where all shells agree on them. */
const quoted = (word: string): string =>
  /^[\w./:@%+-][\w./:@%+=,-]*$/.test(word) ? word : `'${word.replace(/['\\]/g, "'\\$&'")}'`;

/** `iptables-restore` reads lines of up to 10,240 bytes, a terminal without line editing 4,095. */
const longestCommand = 2000;

/** The kernel's longest name is a comment of 255 bytes (XT_MAX_COMMENT_LEN). */
const longestWord = 512;

/** Why a foreign word cannot be pasted, where that program reads it once more; null when it can. */
function whyNot({ lead, foreign, doubt }: Word, reader: string | null): string | null {
  if (doubt !== undefined) return doubt;
  if (foreign === "") return "is empty";
  if (foreign.length > longestWord) return `has ${foreign.length} characters`;
  if (escapeTerminal(foreign, longestWord) !== foreign) return "holds characters that do not show";
  if (lead === "" && /^[-!]/.test(foreign)) return "could be taken for an option";
  return reader === null || rereads[reader]?.test(lead + foreign) ? null : `${reader} would read as more than a name`;
}

/**
 * Programs that read the words they get once more, and words that stay one there: nft joins them and reads them by its own
 * grammar (nft(8), identifiers), `sysctl -w` makes a path of a key (procps, sysctl.c), echo of dash knows backslashes.
 */
const rereads: Readonly<Record<string, RegExp>> = {
  nft: /^[\w./:-]+$/,
  sysctl: /^[\w-]+(?:[./][\w@:+-]+)*=[\w.-]+$/,
  echo: /^[^\\]*$/,
};

/** Each command once, in the order first met. */
export function distinct(commands: readonly Command[]): readonly Command[] {
  return [...new Map(commands.map((command) => [JSON.stringify(command.pieces), command])).values()];
}
