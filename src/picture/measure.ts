import { escapeTerminal } from "../lib/escape-terminal.ts";
import { textWidth } from "../lib/text-width.ts";

/** The fonts of a picture; see `pictureStyle`. */
export type Font = "plain" | "name" | "title" | "mono" | "small" | "tiny";

/** Width of a character in pixels: on the generous side, since the reader's fonts are not known. */
const perCharacter: Readonly<Record<Font, number>> = {
  plain: 6.9,
  name: 8,
  title: 9.6,
  mono: 6.4,
  small: 6,
  tiny: 5.2,
};

/** The width, in pixels, that a text may need. */
export const widthOf = (text: string, font: Font): number => Math.ceil(textWidth(text) * perCharacter[font]);

/** Any text as one visible line, cut in its middle beyond `longest`. An empty one would hide that there is something. */
export function visible(text: string, longest = 300): string {
  const escaped = escapeTerminal(text, longest);
  return escaped.trim() === "" ? "(blank)" : escaped;
}

/** The text, cut in its middle to the width: what tells `project-service-1` from `project-service-2` is the end. */
export function fitText(text: string, width: number, font: Font): string {
  const shown = visible(text);
  if (widthOf(shown, font) <= width) return shown;
  const characters = [...shown];
  const room = Math.max(3, Math.floor(width / perCharacter[font]) - 1);
  const tail = Math.min(8, Math.floor(room / 3));
  let head = room - tail;
  const cut = () => `${characters.slice(0, head).join("")}…${characters.slice(characters.length - tail).join("")}`;
  while (head > 1 && widthOf(cut(), font) > width) head--;
  return cut();
}
