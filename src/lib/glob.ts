/** Whether a text is a pattern of several names rather than a name: `web-*`, `app-?`. */
export const isGlob = (text: string): boolean => /[*?]/.test(text);

/**
 * Whether a text fits a pattern as a whole: `*` stands for any characters, none included, `?` for any one, and every other
 * character for itself. In time of the two lengths' product at most: patterns are never turned into regular expressions.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let [at, read] = [0, 0];
  // Where the last star stands, and how far it has reached in the text: a mismatch lets it take one more character.
  let [star, reached] = [-1, 0];
  while (read < text.length) {
    if (pattern[at] === "*") [star, reached] = [at++, read];
    else if (pattern[at] === "?" || pattern[at] === text[read]) [at, read] = [at + 1, read + 1];
    else if (star >= 0) {
      at = star + 1;
      read = ++reached;
    } else return false;
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}
