import type { Counted } from "./prices.ts";

/**
 * What a snapshot can hold: one row for each kind of capture. The row says which command makes it and how a file without a
 * manifest is recognised; the parser of the same id reads it (`parsers/registry.ts`, kept complete by the compiler).
 */
export interface CaptureKindRow {
  readonly id: string;
  /** The command as a person would type it. */
  readonly command: string;
  /** Whether the picture of a host needs it: absent core captures are always named. */
  readonly core?: true;
  /** Whether it is also taken inside containers' network namespaces (`netns/<container>/`). */
  readonly perContainer?: true;
  /** Whether an empty output is an answer (no rules, no sets) and not a failure. */
  readonly mayBeEmpty?: true;
  /** Further file names (without extension; `_`, `.` and space count as `-`) that people give it. */
  readonly fileNames: readonly RegExp[];
  /** Recognises the command on a prompt line or in a manifest. */
  readonly commands: readonly RegExp[];
  /**
   * Recognises the output itself by its first kilobytes, by words that no other kind prints: the kind that matches first in the
   * text. Linear in the length of a line, whatever it holds. Null where the output looks like another kind's.
   */
  readonly looksLike: RegExp | null;
  /** What the text has to hold besides. */
  readonly andHas?: RegExp;
  /** What it may not hold: another kind's own words. */
  readonly butNot?: RegExp;
  /** Output of the kind that has none of its own words: where two kinds fit, the text is not read by its looks. */
  readonly orFits?: RegExp;
  /** What of the text counts against the limits of a snapshot; its lines when absent. */
  readonly counted?: Counted;
}
