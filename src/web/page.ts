import { dark, light, pictureStyle } from "../picture/palette.ts";
import { packedPlace } from "../reporters/page/packed-place.ts";
import { noticesElement } from "./notices.tsx";
import { trustedPolicy } from "./trusted-url.ts";

/** What the build puts into the page; the hashes are those of `script` and `style`, base64 of SHA-256. */
export interface PageParts {
  readonly script: string;
  readonly style: string;
  readonly scriptHash: string;
  readonly styleHash: string;
  /** The licences of the packages that the script contains. */
  readonly notices: string;
}

/**
 * The one file that is the page. Its policy allows its own script, its own style and a worker made from its own text, and
 * nothing else: no request can leave it, and no text becomes markup or script, not even by a mistake of the page itself.
 */
export function makePage({ script, style, scriptHash, styleHash, notices }: PageParts): string {
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${scriptHash}'`,
    "worker-src blob:",
    `style-src 'sha256-${styleHash}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    `trusted-types ${trustedPolicy}`,
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>vethscope</title>
<style>${style}</style>
</head>
<body>
<div id="app"></div>
<noscript>This page computes everything itself: please allow it to run its script.</noscript>
${packedPlace}
<script type="text/plain" id="${noticesElement}">${inScript(notices)}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** The picture's colours for the page: light, and dark where the reader's system asks for it. Print is always light. */
export function pictureColours(): string {
  return `${pictureStyle(light, ".picture")}\n@media screen and (prefers-color-scheme: dark){${pictureStyle(dark, ".picture")}}`;
}

/** A script's text that cannot end its own element. */
export const inScript = (text: string): string => text.replace(/<(?=\/script|!--)/gi, "\\x3C");
