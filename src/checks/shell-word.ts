/**
 * A text as one word of a POSIX shell command. Names come out of snapshots whose authors may be hostile, and fixes are pasted into
 * root's shell: whatever is not plainly harmless stands in single quotes.
 */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_./:@%+=][A-Za-z0-9_./:@%+=-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A command of fixed text with words of the host in between: sh`ip link del ${name}`. */
export function sh(texts: TemplateStringsArray, ...words: readonly (string | number)[]): string {
  return texts.map((text, i) => (i === 0 ? text : shellWord(String(words[i - 1])) + text)).join("");
}
