/** How many bytes and characters are looked at to tell what a file is: more would only cost time. */
export const headLength = 65_536;

/** Of a text in another 8-bit encoding a few characters are no UTF-8; of a picture many. */
const mostReplaced = 0.05;

/**
 * The text of a file: UTF-8, or UTF-16 with a byte-order mark as Windows' tools write it. Null for a binary file. A byte
 * that is no UTF-8 becomes U+FFFD: rule comments and interface names can hold any byte.
 */
export function decodeText(bytes: Uint8Array): string | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  if (bytes.includes(0)) return null;
  const text = new TextDecoder().decode(bytes);
  const head = text.slice(0, headLength);
  const replaced = head.split("\ufffd").length - 1;
  return replaced > head.length * mostReplaced ? null : text;
}

/** Colours and window titles that a terminal's log holds. */
const escapes = /\u001b(?:\[[0-9;?]{0,20}[A-Za-z]|\][^\u0007\u001b\n]{0,200}(?:\u0007|\u001b\\))/g;

/** The text without terminal escapes, for what was copied or logged from a terminal. */
export function withoutEscapes(text: string): string {
  return text.includes("\u001b") ? text.replace(escapes, "") : text;
}
