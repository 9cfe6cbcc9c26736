import type { CellContent } from "./content.ts";
import { widthOf } from "./measure.ts";

/** Sizes of a cell's parts in pixels. `draw-cell.ts` draws by them. */
export const cell = {
  padding: 8,
  nameLine: 17,
  line: 14,
  chip: 16,
  chipGap: 4,
  smallest: 112,
  widest: 236,
  /** Kept free in every cell, so that findings that come later move nothing. */
  badge: 18,
  /** The port's plug, and the wire from it to the box. */
  plug: 14,
  stem: 6,
} as const;

/** The width that a cell would like, within bounds. */
export function cellWidth(content: CellContent): number {
  const guest = content.tone === "guest" ? 14 : 0;
  const widths = [
    widthOf(content.name, "name") + cell.badge + guest,
    ...content.lines.map(({ text, font, hue }) => widthOf(text, font) + (hue === null ? 0 : 12)),
    ...content.published.map((text) => widthOf(text, "mono") + 12),
    content.port === null ? 0 : widthOf(content.port.name, "tiny") + 4,
  ];
  return Math.min(cell.widest, Math.max(cell.smallest, Math.max(...widths) + 2 * cell.padding));
}

/** At most so many published ports and lines are written into a cell; the last says how many more there are. */
export const mostChips = 3;
export const mostLines = 5;

export function cellHeight(content: CellContent): number {
  const lines = Math.min(mostLines, content.lines.length);
  const chips = Math.min(mostChips, content.published.length);
  const chipRoom = chips === 0 ? 0 : chips * (cell.chip + cell.chipGap);
  return 6 + cell.nameLine + lines * cell.line + chipRoom + 5;
}
