import { escapeTerminal } from "../lib/escape-terminal.ts";

/**
 * Any text as plain text of Markdown, on one line; cut when it is long. It is no markup and no HTML, and a tracker makes
 * nothing of it: no link, no mention, no reference to an issue, which may even close it, and no command of a line's start.
 */
export function inline(text: string, longest = 200): string {
  const [first = "", ...others] = escapeTerminal(text, longest)
    .trim()
    .split(/([ |`,;()])/);
  const start = first.startsWith("/") ? code(first) : word(first).replace(/^(?=[-:.])|(?<=^\d+)(?=[.)]$)/, "\\");
  return [start, ...others.map(word)].join("");
}

/** A word, which has no backtick. */
const code = (text: string): string => `\`${text}\``;

/**
 * Trackers look for names, numbers and addresses in the text as it is shown, where no backslash and no entity is left
 * (github/cmark-gfm#181, github/markup#1168), but not in code.
 */
const word = (text: string): string =>
  tracked.test(text) ? code(text) : text.replace(/[\\`*_{}[\]()<>#+!|~&$@^=]/g, "\\$&");

/**
 * `@name`, and whatever else has an @: GFM takes `a@-b.c` for a mail address, and `xmpp:a@b` for one to talk to; `#1`, its like
 * in GitLab and `GH-1`; an address, with or without its scheme, and `www.` after an underscore, too (cmark-gfm,
 * extensions/autolink.c); `:emoji:`, which the `:de:` of a hardware address is, too; the hash of a commit.
 */
const tracked = /@|[#!$%&^~*[][\w"]|\bG[HL]-\d|\/\/|www\.|\.\p{L}{2}|:(?:\d{3,4}|[+-]1|[a-z][\w-]*):|\b[\da-f]{7}/iu;
