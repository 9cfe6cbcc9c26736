import type { Line } from "../../lib/lines.ts";
import { linesToRead } from "../lines.ts";
import type { Note } from "../parser.ts";

/**
 * The words of a line, read from left to right. Blanks are what no interface name can hold: the kernel refuses names with
 * a byte that `isspace` accepts (`dev_valid_name`), which includes the no-break space that web pages put into pasted text.
 */
export interface IprouteWords {
  /** The next word without taking it; empty at the end. */
  peek(): string;
  /** Takes the next word; empty at the end. */
  take(): string;
  /** Takes all that is left, as it stands there, without the blanks around it. */
  rest(): string;
}

export function wordsOf(text: string): IprouteWords {
  // The next word and what follows it.
  const words = /[^\t-\r \u00a0]+/g;
  let match = words.exec(text);
  return {
    peek: () => match?.[0] ?? "",
    take() {
      const taken = match?.[0] ?? "";
      match = match && words.exec(text);
      return taken;
    },
    rest() {
      const left = match === null ? "" : text.slice(match.index).trimEnd();
      match = null;
      return left;
    },
  };
}

/** Whether a text has nothing but blanks, tabs, carriage returns, vertical tabs, form feeds, no-break spaces. */
const isBlank = (text: string): boolean => !/[^\t-\r \u00a0]/.test(text);

/** Says why the line at hand, or a part of it, was not understood. */
export type AddNote = (why: string) => void;

/** Calls `read` for each line that is not blank, and collects the notes it makes. */
export function readLines(text: string, firstLine: number, read: (line: Line, note: AddNote) => void): Note[] {
  const notes: Note[] = [];
  for (const line of linesToRead(text, notes, firstLine)) {
    if (isBlank(line.text)) continue;
    read(line, (why) => notes.push({ line: line.number, text: line.text, why }));
  }
  return notes;
}

/**
 * Reads a line's words: `read` takes one name with what belongs to it, and says whether it knew the name. Notes what is left
 * then, and a name that comes twice, for which the type has one place. Made for a few dozen names.
 */
export function readWords(words: IprouteWords, note: AddNote, read: (word: string) => boolean): void {
  const seen: string[] = [];
  for (let word = words.peek(); word !== "" && read(word); word = words.peek()) {
    if (seen.includes(word)) note(`${word} stands here twice`);
    else seen.push(word);
  }
  expectEnd(words, note);
}

/** Takes a name and returns the value after it, which is taken too; null, with a note, where there is none. */
export function takeValue(words: IprouteWords, note: AddNote): string | null {
  const name = words.take();
  const value = words.take();
  if (value !== "") return value;
  note(`expected a value after ${name}`);
  return null;
}

/** As `takeValue`, for a number. */
export function takeNumber(words: IprouteWords, note: AddNote): number | null {
  const name = words.take();
  const value = readNumber(words.take());
  if (value === null) note(`expected a number after ${name}`);
  return value;
}

/** Makes a note of the words that are left, if any. */
export function expectEnd(words: IprouteWords, note: AddNote): void {
  const left = words.rest();
  if (left === "") return;
  note(left.startsWith("#") ? `a remark: "${left}"` : `"${left}" was not expected here`);
}

/** Reverts `-o`: the parts that iproute2 joins with a backslash instead of a line end. */
export function partsOf(line: string): string[] {
  return line.includes("\\") ? line.split(/\\(?=[ \t\u00a0])/) : [line];
}

/** A decimal number, or null. */
export function readNumber(word: string): number | null {
  return /^\d{1,15}$/.test(word) ? Number(word) : null;
}

/** Whether the word can be the name in a `name value` pair that iproute2 prints. */
export function isAttributeName(word: string): boolean {
  return /^[a-z][a-z0-9_.-]*$/i.test(word);
}

/** `name value name value …`; a name with an empty value stands alone. */
export function printPairs(pairs: readonly (readonly [name: string, value: string])[]): string[] {
  return pairs.map(([name, value]) => (value === "" ? name : `${name} ${value}`));
}

/** One line, from those parts that are there. */
export function joinWords(parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== "").join(" ");
}

/** `name value`, or null where there is no value. */
export function pair(name: string, value: string | number | null): string | null {
  return value === null ? null : `${name} ${value}`;
}

/** Lines with their ends; nothing for no lines. */
export function joinLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}
