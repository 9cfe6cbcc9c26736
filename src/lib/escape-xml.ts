/** What XML 1.0 does not allow in a document at all, and lone surrogates. */
const forbidden = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

/** A text between tags. */
export const content = (text: string): string =>
  text.replace(forbidden, "\u{fffd}").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** A text in an attribute with double quotes, on one line. */
export const attribute = (text: string): string =>
  content(text)
    .replaceAll('"', "&quot;")
    .replace(/[\t\n\r]/g, " ");
