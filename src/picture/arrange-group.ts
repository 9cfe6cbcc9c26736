import { cell, cellHeight, cellWidth } from "./arrange-cell.ts";
import type { CellContent, GroupContent } from "./content.ts";
import { widthOf } from "./measure.ts";
import type { PictureOptions, PlacedCell, PlacedGroup } from "./picture.ts";

/** Sizes of a group's parts in pixels. */
export const group = {
  padding: 12,
  gap: 10,
  titleLine: 22,
  line: 15,
  rail: 5,
  /** Room left of the rails for the spine that joins them. */
  spine: 14,
  widestTitle: 340,
  /** Kept free in every heading, as in every cell. */
  badge: 26,
} as const;

/** Cells of a folded group that stay in sight: those with findings and published ports come first. */
const shownWhenFolded = 7;

/** Lays out one group on its own: its heading, and rows of cells that hang off rails. */
export function arrangeGroup(
  content: GroupContent,
  { aspect, opened }: PictureOptions,
  foldAbove: number,
): PlacedGroup {
  const isOpened = opened.has(content.id);
  const folds = content.cells.length > foldAbove && !isOpened;
  const shown = folds ? mostTelling(content.cells) : content.cells;
  const more = content.cells.length - shown.length;
  const railed = content.kind !== "plain";
  const left = group.padding + (railed ? group.spine : 0);
  const top = headHeight(content);
  const width = Math.max(cell.smallest, ...shown.map(cellWidth));
  const heights = shown.map(cellHeight);
  const above = railed ? group.rail + cell.plug + cell.stem : 0;
  const count = shown.length + (more > 0 ? 1 : 0);
  const columns = columnsFor(count, width + group.gap, Math.max(50, ...heights) + above + group.gap, aspect, content);
  const cells: PlacedCell[] = [];
  const rails: PlacedGroup["rails"][number][] = [];
  let folded: PlacedGroup["folded"] = null;
  let y = top;
  for (let first = 0; first < count; first += columns) {
    const last = Math.min(first + columns, count);
    const height = Math.max(railed ? 44 : 32, ...heights.slice(first, last));
    if (railed) rails.push({ y, from: group.padding, to: left + (last - first) * (width + group.gap) - group.gap });
    for (let i = first; i < last; i++) {
      const one = shown[i];
      const place = { x: left + (i - first) * (width + group.gap), y: y + above, width };
      if (one === undefined) folded = { ...place, height: 44, count: more };
      else cells.push({ ...place, height: heights[i] ?? 44, content: one, railY: y });
    }
    y += above + height + group.gap;
  }
  const inner = Math.max(
    headWidth(content) + left - group.padding,
    columns * (width + group.gap) - group.gap + left - group.padding,
  );
  return {
    x: 0,
    y: 0,
    width: inner + 2 * group.padding,
    height: count === 0 ? top + 2 : y - group.gap + group.padding,
    content,
    cells,
    rails,
    folded,
    opened: isOpened,
  };
}

function mostTelling(cells: readonly CellContent[]): readonly CellContent[] {
  const weight = ({ badge, published, tone }: CellContent) =>
    (badge === null ? 0 : 4) + (tone === "odd" ? 2 : 0) + (published.length > 0 ? 1 : 0);
  const kept = new Set([...cells].sort((a, b) => weight(b) - weight(a)).slice(0, shownWhenFolded));
  return cells.filter((one) => kept.has(one));
}

function columnsFor(count: number, width: number, height: number, aspect: number, content: GroupContent): number {
  // A heading is wide anyway: as many columns as it has room for cost nothing.
  const free = Math.floor((headWidth(content) + group.gap) / width);
  const ideal = Math.round(Math.sqrt((count * height * aspect) / width));
  const columns = Math.max(1, Math.min(count, Math.max(ideal, free)));
  return Math.max(1, Math.ceil(count / Math.ceil(Math.max(1, count) / columns)));
}

/** The rows of a heading: the title with its tags, and lines, which share a row where they fit. */
export function headHeight({ lines }: GroupContent): number {
  return group.padding + group.titleLine + (lines.length === 0 ? 0 : group.line) + 4;
}

/** Where a heading starts: right of where the host's wire comes in, in line with the cells. */
export const headLeft = ({ kind }: GroupContent): number => group.padding + (kind === "plain" ? 0 : group.spine);

/** Where a group's title ends and its tags begin. */
export const titleWidth = (content: GroupContent): number =>
  Math.min(group.widestTitle, widthOf(content.title, "name")) + widthOf(countOf(content), "name");

/** How many cells a group has, where that is not seen at a glance. */
export const countOf = ({ kind, cells }: GroupContent): string =>
  kind === "plain" || cells.length > 11 ? ` (${cells.length})` : "";

export const tagWidth = (tag: string): number => widthOf(tag, "small") + 12;

function headWidth(content: GroupContent): number {
  const tags = content.tags.reduce((sum, tag) => sum + tagWidth(tag) + 4, 0);
  const lines = widthOf(content.lines.join("  "), "mono");
  return Math.max(titleWidth(content) + 8 + tags + group.badge, Math.min(group.widestTitle, lines));
}
