/** The first `most` of the words; `3 more` in place of all the others. */
export function firstOf(words: readonly string[], most: number): readonly string[] {
  const rest = words.length - most;
  return rest > 0 ? [...words.slice(0, most), `${rest} more`] : words;
}

/** `a`, `a and b`, `a, b and c`; of more than `most` words those, and how many more: `a, b and 3 more`. */
export function enumerate(words: readonly string[], most = Number.POSITIVE_INFINITY): string {
  const shown = firstOf(words, most);
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

/** The same for a list that is no part of a sentence: `a, b, c`, but `a, b and 3 more`. */
export const listWords = (words: readonly string[], most: number): string =>
  words.length > most ? enumerate(words, most) : words.join(", ");
