import { escapeLine } from "./escape-terminal.ts";

/**
 * Any text on one line between tags of XML or HTML, or in an attribute with quotes of either kind. Such a document is read
 * on terminals and in the logs of CI, too: control characters, most of which XML allows, and those that are invisible or
 * change the direction of writing become visible escapes. Nothing is left that XML forbids.
 */
export const escapeXml = (text: string): string =>
  escapeLine(text).replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
