import { escapeXml } from "../../lib/escape-xml.ts";
import { drawPicture } from "../../picture/draw.ts";
import { layOut } from "../../picture/layout.ts";
import { visible } from "../../picture/measure.ts";
import { light, pictureStyle } from "../../picture/palette.ts";
import type { Analysis } from "../../results/analysis.ts";
import { reportTables, type TextTable } from "../text/tables.ts";
import type { Reporter } from "./reporter.ts";
import { pictureOf, writeElement } from "./svg.ts";

/**
 * The host as one HTML document without any script: the picture and what belongs to it in tables. Its policy allows its
 * own style and nothing else.
 */
export const html: Reporter = (analysis) => {
  const name = escapeXml(visible(analysis.snapshot.hostname ?? "host"));
  const policy = `default-src 'none'; style-src 'sha256-${htmlStyleHash}'; base-uri 'none'; form-action 'none'`;
  return `${[
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${name} · vethscope</title>`,
    `<style>${htmlStyle}</style>`,
    "</head>",
    "<body>",
    `<h1>${name}</h1>`,
    `<div class="scroll">${pictureSvg(analysis)}</div>`,
    ...reportTables(analysis).flatMap(tableLines),
    "</body>",
    "</html>",
  ].join("\n")}\n`;
};

function pictureSvg(analysis: Analysis): string {
  const picture = layOut(pictureOf(analysis));
  const { width, height } = picture;
  const parts = drawPicture(picture).map(writeElement).join("\n");
  const label = "The networks of the host; the tables below name what is in it.";
  return `<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">\n${parts}\n</svg>`;
}

function tableLines({ title, headings, rows }: TextTable): string[] {
  const cells = (row: readonly string[]) =>
    row.map((one) => `<td>${one === "" ? "" : escapeXml(visible(one))}</td>`).join("");
  return [
    `<h2>${title}</h2>`,
    "<table>",
    `<thead><tr>${headings.map((one) => `<th scope="col">${one}</th>`).join("")}</tr></thead>`,
    `<tbody>${rows.map((row) => `<tr>${cells(row)}</tr>`).join("\n")}</tbody>`,
    "</table>",
  ];
}

/** The whole style of the document. */
export const htmlStyle = `body{margin:24px;font:14px/1.45 system-ui,"DejaVu Sans",Arial,sans-serif;color:#1c2530;background:#fff}
h1{font-size:22px}h2{font-size:15px;margin:24px 0 6px}.scroll{overflow:auto}
table{border-collapse:collapse;font-size:13px}td,th{text-align:left;padding:4px 12px 4px 0;border-bottom:1px solid #ccd3dc;vertical-align:top}
@media print{svg{max-width:100%;height:auto}tr{break-inside:avoid}}
${pictureStyle(light, "svg")}`;

/** SHA-256 of the style; a test compares. */
export const htmlStyleHash = "vE1HjKeOPSXKLBuAR81vB/if8i7rEb4mggFt8OUsHuk=";
