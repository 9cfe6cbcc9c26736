/** The part of a picture that is in sight, in the picture's own units. */
export interface Viewport {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const margin = 12;

/** The whole picture in the middle of the stage; small ones are not blown up. */
export function fitWhole(picture: Size, stage: Size): Viewport {
  const scale = Math.min(
    1.25,
    (stage.width - 2 * margin) / picture.width,
    (stage.height - 2 * margin) / picture.height,
  );
  const [width, height] = [stage.width / scale, stage.height / scale];
  // A picture that is wider than high starts at the top: the uplinks are there.
  return { x: (picture.width - width) / 2, y: Math.max((picture.height - height) / 2, -margin / scale), width, height };
}

/** Zooms by a factor around a point of the picture; between a whole large host and single letters. */
export function zoomAt(view: Viewport, factor: number, x: number, y: number, stage: Size): Viewport {
  const scale = stage.width / view.width;
  const wanted = Math.min(4, Math.max(0.05, scale * factor));
  const by = scale / wanted;
  return {
    x: x - (x - view.x) * by,
    y: y - (y - view.y) * by,
    width: view.width * by,
    height: view.height * by,
  };
}

export const panBy = (view: Viewport, dx: number, dy: number): Viewport => ({
  ...view,
  x: view.x + dx,
  y: view.y + dy,
});

/** Moves as little as needed for a box to be in sight, and zooms in where it would be too small to read. */
export function bringIntoSight(view: Viewport, box: Viewport, stage: Size): Viewport {
  const readable = 0.7;
  const scale = stage.width / view.width;
  const zoomed =
    scale >= readable ? view : zoomAt(view, readable / scale, box.x + box.width / 2, box.y + box.height / 2, stage);
  const room = 24 / (stage.width / zoomed.width);
  const shift = (at: number, size: number, from: number, length: number): number => {
    if (size + 2 * room > length) return at - room - from;
    if (at - room < from) return at - room - from;
    return Math.max(0, at + size + room - (from + length));
  };
  const dx = shift(box.x, box.width, zoomed.x, zoomed.width);
  const dy = shift(box.y, box.height, zoomed.y, zoomed.height);
  return panBy(zoomed, dx, dy);
}

/** The nearest of several boxes in a direction, as arrow keys move. */
export function nearest<T extends Viewport>(from: Viewport, boxes: readonly T[], key: string): T | null {
  const middle = (box: Viewport) => [box.x + box.width / 2, box.y + box.height / 2] as const;
  const [x, y] = middle(from);
  const [dx = 0, dy = 0] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key] ?? [];
  let best: { readonly box: T; readonly cost: number } | null = null;
  for (const box of boxes) {
    const [bx, by] = middle(box);
    const along = (bx - x) * dx + (by - y) * dy;
    const aside = Math.abs((bx - x) * dy) + Math.abs((by - y) * dx);
    if (along <= 1) continue;
    const cost = along + 2.5 * aside;
    if (best === null || cost < best.cost) best = { box, cost };
  }
  return best?.box ?? null;
}
