import { cell, mostChips, mostLines } from "./arrange-cell.ts";
import { group } from "./arrange-group.ts";
import type { Badge, CellContent, ChangeMark } from "./content.ts";
import { box, element, type SvgElement, targeted, write } from "./element.ts";
import { fitText, visible, widthOf } from "./measure.ts";
import { hueClass } from "./palette.ts";
import type { PlacedCell, PlacedGroup } from "./picture.ts";

/** A cell: the port on its rail, the wire from it, and the box of what is behind it. */
export function drawCell(place: PlacedCell, railed: boolean): SvgElement {
  const { content } = place;
  const hanging = railed ? drawPort(place) : [];
  return element("g", {}, ...hanging, drawBox(place, content));
}

function drawPort({ x, width, railY, y, content }: PlacedCell): SvgElement[] {
  const top = railY + group.rail;
  const middle = x + Math.min(30, width / 2);
  const { port, stem } = content;
  const dash = stem === "certain" ? {} : { "stroke-dasharray": stem === "strong" ? "3 2" : "1 3" };
  const wireTop = port === null ? top : top + cell.plug;
  const wire = element("path", { d: `M${middle} ${wireTop}V${y}`, class: "wire", "stroke-width": 1.6, ...dash });
  if (port === null) return [wire];
  const plugWidth = Math.min(width, widthOf(port.name, "tiny") + 10);
  const plug = { x: x + 2, y: top, width: plugWidth, height: cell.plug };
  // A port comes and goes with what is behind it.
  const mark = content.mark === "changed" ? "" : markClass(content.mark);
  const state = `${port.up ? "tone-port" : "tone-odd"}${mark}`;
  const label = `port ${visible(port.name)}${port.up ? "" : " (down)"}`;
  const drawn = [
    box(plug, "shape", { rx: 2, ...(port.up ? {} : { "stroke-dasharray": "3 2" }) }),
    write(plug.x + 5, top + 10, fitText(port.name, width - 8, "tiny"), "mono tiny"),
  ];
  return [wire, targeted({ kind: "node", id: port.node, label }, { class: `port ${state}` }, drawn)];
}

function drawBox(place: PlacedCell, content: CellContent): SvgElement {
  const { x, y, width } = place;
  const inner = width - 2 * cell.padding;
  const left = x + cell.padding;
  const guest = content.tone === "guest";
  const shape = box(place, "shape", { rx: 6, ...(guest ? { "stroke-dasharray": "4 3" } : {}) });
  const nameRoom = inner - (content.badge === null && content.mark === undefined ? 0 : 20) - (guest ? 14 : 0);
  const name = write(left + (guest ? 14 : 0), y + 19, fitText(content.name, nameRoom, "name"), guest ? "" : "name");
  const drawn = [shape, ...(guest ? [arrow(left, y + 15)] : []), name];
  let at = y + 6 + cell.nameLine;
  for (const [i, { text, font, hue }] of shortened(content.lines, mostLines).entries()) {
    const baseline = y + 6 + cell.nameLine + i * cell.line + 10;
    const mark = hue === null ? [] : [box({ x: left, y: baseline - 8, width: 8, height: 8 }, "mark", { rx: 2 })];
    const words = write(
      left + (hue === null ? 0 : 12),
      baseline,
      fitText(text, inner - (hue === null ? 0 : 12), font),
      `${font} muted`,
    );
    drawn.push(hue === null ? words : element("g", { class: hueClass(hue) }, ...mark, words));
    at = y + 6 + cell.nameLine + (i + 1) * cell.line;
  }
  const chips =
    content.published.length > mostChips
      ? [...content.published.slice(0, mostChips - 1), `+ ${content.published.length - mostChips + 1} more`]
      : content.published;
  for (const [i, text] of chips.entries())
    drawn.push(...chip(left, at + 4 + i * (cell.chip + cell.chipGap), inner, text));
  drawn.push(...drawSigns(content, x + width - 13, y + 13));
  const attributes = { class: `cell tone-${content.tone}${markClass(content.mark)}` };
  if (content.node === null) return element("g", attributes, ...drawn);
  return targeted({ kind: "node", id: content.node, label: labelOf(content) }, attributes, drawn);
}

function shortened(lines: CellContent["lines"], most: number): CellContent["lines"] {
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), { text: `+ ${lines.length - most + 1} more`, font: "small", hue: null }];
}

/** A published port, with the sign of something that comes in. */
function chip(x: number, y: number, width: number, text: string): SvgElement[] {
  const shown = fitText(text, width - 12, "mono");
  const room = { x, y, width: Math.min(width, widthOf(shown, "mono") + 12), height: cell.chip };
  return [
    element(
      "g",
      { class: "chip tone-published" },
      box(room, "shape", { rx: 8 }),
      write(x + 6, y + 11.5, shown, "mono"),
    ),
  ];
}

/** The sign of a container that is shown whole elsewhere. */
const arrow = (x: number, y: number): SvgElement =>
  element("path", { d: `M${x} ${y + 4}l8 -8m-5.5 0h5.5v5.5`, class: "wire", "stroke-width": 1.4 });

function labelOf({ name, lines, published, tone, badge, port, mark }: CellContent): string {
  const words = [
    `${visible(name)}${tone === "guest" ? " (also here)" : ""}`,
    ...(mark === undefined ? [] : [mark]),
    ...lines.map(({ text }) => visible(text)),
    ...published.map((text) => `published ${visible(text)}`),
    ...(port === null ? [] : [`port ${visible(port.name)}`]),
    ...(badge === null ? [] : [badgeWords(badge)]),
  ];
  return words.join(", ");
}

/** The class of what a change did to, with a space before it. */
export const markClass = (mark: ChangeMark | undefined): string => (mark === undefined ? "" : ` mark-${mark}`);

const signs: Readonly<Record<ChangeMark, string>> = { added: "+", gone: "−", changed: "~" };

/** The findings of a thing, or what a change did to it: a picture shows one or the other in the same place. */
export function drawSigns(
  { badge, mark }: { readonly badge: Badge | null; readonly mark?: ChangeMark },
  x: number,
  y: number,
): SvgElement[] {
  if (mark === undefined) return badge === null ? [] : [drawBadge(badge, x, y)];
  const circle = element("circle", { cx: x, cy: y, r: 8.5, class: "shape" });
  const sign = write(x, y + 4.5, signs[mark], "count sign");
  return [element("g", { class: `badge badge-${mark}` }, element("title", {}, mark), circle, sign)];
}

const badgeWords = ({ severity, count }: Badge): string =>
  `${count} finding${count === 1 ? "" : "s"}, the gravest: ${severity}`;

/** How many findings: the shape says how grave, and so does the colour. */
function drawBadge(badge: Badge, x: number, y: number): SvgElement {
  const { severity, count } = badge;
  const shapes = {
    error: element("path", { d: `M${x - 4} ${y - 9}h8l5 5v8l-5 5h-8l-5 -5v-8z`, class: "shape" }),
    warning: element("path", { d: `M${x} ${y - 10}l10.5 18h-21z`, class: "shape", "stroke-linejoin": "round" }),
    info: element("circle", { cx: x, cy: y, r: 8.5, class: "shape" }),
  };
  const number = write(x, y + (severity === "warning" ? 6 : 3.5), count > 99 ? "99+" : `${count}`, "count");
  return element(
    "g",
    { class: `badge badge-${severity}` },
    element("title", {}, badgeWords(badge)),
    shapes[severity],
    number,
  );
}

/** The cell that stands for what a large group folds away. */
export function drawFolded(placed: PlacedGroup): SvgElement[] {
  const { folded, content } = placed;
  if (folded === null) return [];
  const label = `${folded.count} more on ${visible(content.title)}`;
  const drawn = [
    box({ ...folded, x: folded.x + 4, y: folded.y - 4 }, "shape", { rx: 6 }),
    box(folded, "shape", { rx: 6 }),
    write(folded.x + cell.padding, folded.y + 19, `+ ${folded.count} more`, "name"),
    write(folded.x + cell.padding, folded.y + 34, "open", "small muted fold-hint"),
  ];
  return [targeted({ kind: "fold", group: content.id, label }, { class: "cell folded tone-idle" }, drawn)];
}
