import { escapeXml } from "../../lib/escape-xml.ts";
import { drawPicture } from "../../picture/draw.ts";
import type { SvgElement } from "../../picture/element.ts";
import { layOut } from "../../picture/layout.ts";
import { visible } from "../../picture/measure.ts";
import { light, pictureStyle } from "../../picture/palette.ts";
import type { PictureInput } from "../../picture/picture.ts";
import type { Analysis } from "../../results/analysis.ts";
import { badgesOf, indexOf } from "../picture/finding-nodes.ts";
import type { Reporter } from "./reporter.ts";

/** The host as a picture: one SVG with its own style sheet, that loads nothing. */
export const svg: Reporter = (analysis) => {
  const picture = layOut(pictureOf(analysis));
  const { width, height } = picture;
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`;
  const title = writeElement({ tag: "title", attributes: {}, children: [`Network of ${visible(picture.host.title)}`] });
  const paper = `<rect width="${width}" height="${height}" fill="${light.tones.paper.fill}"/>`;
  const parts = drawPicture(picture).map(writeElement);
  return `${[head, title, `<style>\n${pictureStyle(light)}\n</style>`, paper, ...parts, "</svg>"].join("\n")}\n`;
};

/** What the picture of an analysis is made from; it has badges where the analysis has findings. */
export function pictureOf(analysis: Analysis): PictureInput {
  const { topology, publishedPorts, engine, snapshot, findings } = analysis;
  const words = [
    engine.version === null ? null : `Docker ${engine.version}`,
    snapshot.os,
    snapshot.kernel === null ? null : `Linux ${snapshot.kernel}`,
    snapshot.takenAt === null ? null : `taken ${snapshot.takenAt}`,
  ];
  const found = (findings?.found ?? []).flatMap((one) => [one, ...one.consequences]);
  return {
    topology,
    publishedPorts,
    subtitle: words.filter((word) => word !== null).join(" · "),
    badges: badgesOf(found, indexOf(analysis)),
  };
}

/** An element as XML. */
export function writeElement({ tag, attributes, children }: SvgElement): string {
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`);
  const inside = children.map((child) => (typeof child === "string" ? escapeXml(child) : writeElement(child))).join("");
  return inside === "" ? `<${tag}${written.join("")}/>` : `<${tag}${written.join("")}>${inside}</${tag}>`;
}
