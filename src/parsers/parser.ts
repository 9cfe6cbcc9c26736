/** A line that a parser did not understand, whole or in part: nothing that was captured disappears without one. */
export interface Note {
  /** The line's number in its file, from 1. */
  readonly line: number;
  /** The line as it stands there. */
  readonly text: string;
  /** What could not be read, for a person: "unknown address family", "expected a number after mtu". */
  readonly why: string;
}

/** What a parser makes of a text: every line ends in `data` or in a note. */
export interface Parsed<T> {
  readonly data: T;
  readonly notes: readonly Note[];
  /** Whether the text is broken, so that things may be missing in `data` and nothing in it is a whole list. */
  readonly isBroken?: true;
}

/** Reads the output of one command. Never throws, whatever the text is. */
export interface Parser<T> {
  /**
   * Lossless and line by line. `firstLine` is the number of the first line, for text cut out of a larger file; all line
   * numbers in the result count from it. Lost indentation and squeezed columns are accepted.
   */
  parse(text: string, firstLine?: number): Parsed<T>;
  /** The canonical text: what the command itself would print for `data`. `parse(print(data))` gives `data` again. */
  print(data: T): string;
}
