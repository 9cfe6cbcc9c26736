/** A part of an SVG as plain data: reports write it out, the page makes real elements of it. */
export interface SvgElement {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children: readonly (SvgElement | string)[];
  /** What it stands for; the page reacts to clicks on it. It is never written into a file. */
  readonly target?: LinkTarget;
}

/** A node of the topology, or a group that a reader can open or fold. `label` is what a screen reader says. */
export type LinkTarget =
  | { readonly kind: "node"; readonly id: string; readonly label: string }
  | { readonly kind: "fold"; readonly group: string; readonly label: string };

export function element(
  tag: string,
  attributes: SvgElement["attributes"],
  ...children: readonly (SvgElement | string)[]
): SvgElement {
  return { tag, attributes, children };
}

/** A group of elements that stands for something; its label is also the tooltip. */
export function targeted(
  target: LinkTarget,
  attributes: SvgElement["attributes"],
  children: readonly SvgElement[],
): SvgElement {
  return { tag: "g", attributes, children: [element("title", {}, target.label), ...children], target };
}

/** A line of text; `classes` choose its font, see `pictureStyle`. */
export const write = (x: number, y: number, text: string, classes = ""): SvgElement =>
  element("text", classes === "" ? { x, y } : { x, y, class: classes }, text);

export const box = (
  { x, y, width, height }: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  classes: string,
  more: SvgElement["attributes"] = {},
): SvgElement => element("rect", { x, y, width, height, class: classes, ...more });
