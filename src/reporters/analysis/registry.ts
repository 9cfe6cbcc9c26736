import type { AnalysisFormat } from "../formats.ts";
import { dot } from "./dot.ts";
import { html } from "./html.ts";
import { json } from "./json.ts";
import { markdown } from "./markdown.ts";
import { mermaid } from "./mermaid.ts";
import type { Reporter } from "./reporter.ts";
import { svg } from "./svg.ts";
import { text } from "./text.ts";

/** All formats of `show -f`. A new one is a file here, a line below and its name in `formats.ts`. */
export const reporters: Readonly<Record<AnalysisFormat, Reporter>> = { text, json, mermaid, dot, svg, html, markdown };
