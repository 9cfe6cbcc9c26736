import { nearest } from "../../lib/nearest.ts";
import type { Term } from "../policy.ts";
import type { Tree, YamlEntry } from "./yaml-tree.ts";

/** Makes the error for a line. */
export type Wrong = (line: number, message: string) => Error;

/** The entries of a mapping by their keys; another key than these is an error. */
export function members<K extends string>(
  entries: readonly YamlEntry[],
  keys: readonly K[],
  wrong: Wrong,
): ReadonlyMap<K, YamlEntry> {
  for (const { key, line } of entries) {
    if (keys.some((one) => one === key)) continue;
    const meant = nearest(key, keys);
    throw wrong(line, `${key}: has no place here; ${meant === null ? `${keys.join(", ")} have` : `${meant}: has`}`);
  }
  return new Map(entries.map((entry) => [entry.key as K, entry]));
}

/** A text, or an error that says what it should have said. */
export function textOf(tree: Tree, what: string, wrong: Wrong): string {
  if (tree.kind === "text") return tree.text;
  throw wrong(tree.line, `${what} has to be a text${tree.kind === "nothing" ? ", and nothing is here" : ""}`);
}

/** A list of words, or one text with commas between them. */
export function readTerms(tree: Tree, what: string, wrong: Wrong): readonly Term[] {
  const items = tree.kind === "list" ? tree.items : [tree];
  return items.flatMap((item) => termsOf(textOf(item, what, wrong), item.line));
}

export const termsOf = (text: string, line: number): readonly Term[] =>
  text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "")
    .map((word) => ({ text: word, line }));
