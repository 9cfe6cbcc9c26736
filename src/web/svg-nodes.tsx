import { type ComponentChild, h } from "preact";
import type { SvgElement } from "../picture/element.ts";

/** Real elements from a picture's plain ones. What stands for something can be focused; its title says what it is. */
export function toNode(part: SvgElement | string): ComponentChild {
  if (typeof part === "string") return part;
  const { tag, attributes, children, target } = part;
  const inside = children.map(toNode);
  if (target === undefined) return h(tag, attributes, ...inside);
  const more = {
    role: "button",
    tabindex: -1,
    ...(target.kind === "node" ? { "data-node": target.id } : { "data-fold": target.group }),
  };
  return h(tag, { ...attributes, ...more, class: `target ${attributes["class"] ?? ""}` }, ...inside);
}
