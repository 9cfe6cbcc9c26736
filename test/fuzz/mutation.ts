import type { Random } from "../support/random.ts";
import { bytesOf, textOf } from "./corpus.ts";

/** The files of a snapshot while they are made worse. */
export type Draft = Map<string, Uint8Array>;

/** One way to make a snapshot worse; leaves a draft alone in which it finds nothing to change. */
export interface Mutation {
  readonly name: string;
  readonly apply: (draft: Draft, random: Random) => void;
}

/** A file of the draft: outputs are more likely than the manifest. Null where there is none. */
export function pickFile(draft: Draft, random: Random, suits: (file: string) => boolean = () => true): string | null {
  const files = [...draft.keys()].filter(suits);
  return files.length === 0 ? null : random.pick(files);
}

/** Changes the text of one file that suits. */
export function editText(
  draft: Draft,
  random: Random,
  edit: (text: string) => string,
  suits?: (file: string) => boolean,
): void {
  const file = pickFile(draft, random, suits);
  if (file === null) return;
  draft.set(file, bytesOf(edit(textOf(draft.get(file) ?? new Uint8Array()))));
}

export const isJson = (file: string): boolean => file.endsWith(".json") || /docker|podman|daemon/.test(file);
