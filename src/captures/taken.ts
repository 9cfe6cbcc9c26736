import type { Capture, UnreadFile } from "./snapshot.ts";

/** A capture as somebody took it by hand, before it is decided which host is meant and which moment holds. */
export interface Taken {
  readonly capture: Capture;
  /** The host that its prompt names; null where none does. */
  readonly host: string | null;
  /** What its command asks for (`command-line.ts`), or the name of its file; null where neither is known. */
  readonly asks: string | null;
  /** The line in its file that it begins at. */
  readonly line: number;
}

/** What became of one file. */
export interface ReadFile {
  readonly taken: readonly Taken[];
  readonly unread: readonly UnreadFile[];
}
