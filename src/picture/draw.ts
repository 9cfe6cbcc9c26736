import { drawSigns, markClass } from "./draw-cell.ts";
import { drawGroup } from "./draw-group.ts";
import { box, element, type SvgElement, targeted, write } from "./element.ts";
import { fitText, visible, widthOf } from "./measure.ts";
import type { Picture, PlacedDevice, Rect, Wire } from "./picture.ts";
import { column, deviceLines } from "./place-devices.ts";

/** The picture as elements, from the back to the front. Their colours come from a style sheet: see `pictureStyle`. */
export function drawPicture({ host, outside, devices, groups, wires }: Picture): SvgElement[] {
  const hostLabel = `host ${visible(host.title)}`;
  const hostBox = targeted({ kind: "node", id: "host", label: hostLabel }, { class: "host tone-host" }, [
    box(host, "shape", { rx: 12, "stroke-width": 1.6 }),
    write(host.x + 20, host.y + 27, fitText(host.title, host.width - 40, "title"), "title"),
    ...(host.subtitle === ""
      ? []
      : [write(host.x + 20, host.y + 44, fitText(host.subtitle, host.width - 40, "small"), "small muted")]),
  ]);
  return [
    hostBox,
    element("g", { class: "wires tone-trunk" }, ...wires.map(drawWire)),
    ...outside.map(drawOutside),
    ...devices.map(drawDevice),
    ...groups.map(drawGroup),
  ];
}

function drawWire({ points, style }: Wire): SvgElement {
  const d = points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${round(x)} ${round(y)}`).join("");
  const dash = { solid: {}, dashed: { "stroke-dasharray": "7 4" }, dotted: { "stroke-dasharray": "2 4" } }[style];
  return element("path", { d, class: "wire", "stroke-width": 1.8, "stroke-linejoin": "round", ...dash });
}

const round = (value: number): number => Math.round(value * 10) / 10;

function drawOutside({ lines, ...place }: Rect & { readonly lines: readonly string[] }): SvgElement {
  const words = lines.map((line, i) =>
    write(
      place.x + 9,
      place.y + 16 + i * column.line,
      fitText(line, place.width - 14, "small"),
      i === 0 ? "name" : "small muted",
    ),
  );
  const around = box(place, "shape", { rx: Math.min(18, place.height / 2), "stroke-dasharray": "2 3" });
  return element("g", { class: "outside tone-idle" }, around, ...words);
}

function drawDevice({ content, uplink, ...place }: PlacedDevice): SvgElement {
  const inner = place.width - 20;
  const x = place.x + 10;
  const tags = content.tags.map((text) => visible(text)).join(" · ");
  const tagRoom = Math.min(widthOf(tags, "small"), inner / 2);
  const badgeRoom = content.badge === null && content.mark === undefined ? 0 : 20;
  const name = fitText(content.name, inner - tagRoom - badgeRoom, "name");
  const drawn = [
    box(place, "shape", { rx: 5, ...(content.up ? {} : { "stroke-dasharray": "4 3" }) }),
    write(x, place.y + 18, name, "name"),
    ...(tags === ""
      ? []
      : [write(x + widthOf(name, "name") + 6, place.y + 18, fitText(tags, tagRoom, "small"), "small muted")]),
    ...deviceLines(content).map((line, i) =>
      write(x, place.y + 8 + column.nameLine + i * column.line + 6, fitText(line, inner, "mono"), "mono muted"),
    ),
    ...drawSigns(content, place.x + place.width - 12, place.y + 13),
  ];
  const mark = content.mark === undefined ? [] : [content.mark];
  const words = [
    uplink ? "uplink" : "interface",
    visible(content.name),
    ...mark,
    ...content.tags.map((text) => visible(text)),
  ];
  const label = [words.join(" "), ...content.addresses.map((text) => visible(text))].join(", ");
  const tone = content.up ? "tone-device" : "tone-odd";
  return targeted(
    { kind: "node", id: content.node, label },
    { class: `device ${tone}${markClass(content.mark)}` },
    drawn,
  );
}
