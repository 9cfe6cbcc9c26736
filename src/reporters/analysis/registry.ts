import { dot } from "./dot.ts";
import { html } from "./html.ts";
import { json } from "./json.ts";
import { markdown } from "./markdown.ts";
import { mermaid } from "./mermaid.ts";
import type { Reporter } from "./reporter.ts";
import { svg } from "./svg.ts";
import { text } from "./text.ts";

/** All formats of `show -f`. A new one is a file here and a line below. */
export const reporters = { text, json, mermaid, dot, svg, html, markdown } satisfies Record<string, Reporter>;

export type Format = keyof typeof reporters;

export const formats = Object.keys(reporters) as readonly Format[];
