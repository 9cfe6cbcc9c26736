/** What XML 1.0 does not allow in a document at all, and lone surrogates. */
const forbidden = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

/** Any text between tags of XML or HTML, or in an attribute with quotes of either kind. */
export const escapeXml = (text: string): string =>
  text.replace(forbidden, "\u{fffd}").replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);

/** A text in an attribute, on one line. */
export const escapeXmlLine = (text: string): string => escapeXml(text).replace(/[\t\n\r]/g, " ");
