import { several } from "../lib/several.ts";
import { countOf, group, headLeft, tagWidth } from "./arrange-group.ts";
import type { GroupContent } from "./content.ts";
import { drawCell, drawFolded, drawSigns, markClass } from "./draw-cell.ts";
import { box, element, type SvgElement, targeted, write } from "./element.ts";
import { fitText, visible, widthOf } from "./measure.ts";
import { hueClass } from "./palette.ts";
import type { PlacedGroup } from "./picture.ts";

/** A bridge or network: its heading, its bar along each row of ports, and the cells that hang off it. */
export function drawGroup(placed: PlacedGroup): SvgElement {
  const { content, x, y, width, height, cells, rails } = placed;
  const railed = content.kind !== "plain";
  const dashed = content.odd || content.kind === "plain" ? { "stroke-dasharray": "6 4" } : {};
  const around = box({ x: 0, y: 0, width, height }, "shape", { rx: 9, ...dashed });
  const attributes = { class: `group ${hueClass(content.hue)}${markClass(content.mark)}` };
  const heading = [around, ...head(placed), ...(rails.length === 0 ? [] : bar(content, rails))];
  const headed =
    content.node === null
      ? element("g", attributes, ...heading)
      : targeted({ kind: "node", id: content.node, label: labelOf(content) }, attributes, heading);
  const wires = cells.map((one) => drawCell(one, railed));
  return element(
    "g",
    { transform: `translate(${x} ${y})` },
    headed,
    element("g", { class: hueClass(content.hue) }, ...wires, ...drawFolded(placed)),
  );
}

/** The bridge itself: a bar along each row of its ports, joined at the left. A network without a bridge is a thin line. */
function bar({ kind, odd }: GroupContent, rails: PlacedGroup["rails"]): SvgElement[] {
  const [first] = rails;
  const last = rails.at(-1);
  if (first === undefined || last === undefined) return [];
  if (kind === "network") {
    const d = rails.map(({ y, from, to }) => `M${from + 2} ${y + 2}H${to}`).join("");
    const spine = `M${first.from + 2} ${first.y + 2}V${last.y + 2}`;
    return [element("path", { d: spine + d, class: "wire", "stroke-width": 2, "stroke-dasharray": "7 4" })];
  }
  const faint = odd ? { opacity: 0.5 } : {};
  const spine = { x: first.from, y: first.y, width: group.rail, height: last.y - first.y + group.rail };
  return [
    box(spine, "solid", { rx: 2, ...faint }),
    ...rails.map(({ y, from, to }) =>
      box({ x: from, y, width: to - from, height: group.rail }, "solid", { rx: 2, ...faint }),
    ),
  ];
}

function head(placed: PlacedGroup): SvgElement[] {
  const { content, width, opened } = placed;
  const left = headLeft(content);
  const inner = width - left - group.padding;
  const tags = content.tags.reduce((sum, tag) => sum + tagWidth(tag) + 4, 0);
  const count = countOf(content);
  const room = Math.max(
    60,
    inner - tags - (content.badge === null && content.mark === undefined ? 0 : 26) - widthOf(count, "name"),
  );
  const title = `${fitText(content.title, room, "name")}${count}`;
  const drawn = [write(left, group.padding + 13, title, "name")];
  let x = left + widthOf(title, "name") + 6;
  for (const tag of content.tags) {
    const place = { x, y: group.padding + 1, width: tagWidth(tag), height: 16 };
    const odd = oddTags.has(tag) ? " tone-odd" : "";
    const words = write(x + 6, group.padding + 12.5, visible(tag), "small");
    drawn.push(element("g", { class: `tag${odd}` }, box(place, "shape", { rx: 8 }), words));
    x += place.width + 4;
  }
  if (content.lines.length > 0) {
    drawn.push(
      write(
        left,
        group.padding + 30,
        fitText(content.lines.map((text) => visible(text)).join("  "), inner, "mono"),
        "mono muted",
      ),
    );
  }
  drawn.push(...drawSigns(content, width - group.padding - 8, group.padding + 10));
  return opened ? [...drawn, foldAgain(placed)] : drawn;
}

/** Tags that deserve a look. */
const oddTags = new Set(["down", "no address", "left behind", "STP on"]);

function foldAgain({ content, width }: PlacedGroup): SvgElement {
  const place = { x: width - group.padding - 44, y: group.padding + 18, width: 44, height: 18 };
  const drawn = [box(place, "shape", { rx: 4 }), write(place.x + 12, place.y + 13, "fold", "small")];
  const label = `fold ${visible(content.title)}`;
  return targeted({ kind: "fold", group: content.id, label }, { class: "fold tone-idle" }, drawn);
}

function labelOf({ kind, title, lines, tags, cells, mark }: GroupContent): string {
  const what = kind === "bridge" ? "bridge of" : "network";
  return [
    `${what} ${visible(title)}`,
    ...(mark === undefined ? [] : [mark]),
    ...lines.map((text) => visible(text)),
    ...tags.map((text) => visible(text)),
    several(cells.length, "port"),
  ].join(", ");
}
