import type { PlacedGroup } from "./picture.ts";

/** Room between groups; wires run there. */
export const gutter = { x: 20, y: 26 } as const;

export interface PackedBox {
  readonly groups: readonly PlacedGroup[];
  readonly width: number;
  readonly height: number;
}

/**
 * Puts groups side by side on shelves, tall ones first, so that the whole has about the asked shape. Groups that nothing
 * routes to (`none` wiring) come last, below the others.
 */
export function pack(groups: readonly PlacedGroup[], aspect: number): PackedBox {
  const order = groups
    .map((one, at) => ({ one, at }))
    .sort((a, b) => rank(a.one) - rank(b.one) || size(b.one) - size(a.one) || a.at - b.at)
    .map(({ one }) => one);
  const area = order.reduce((sum, { width, height }) => sum + (width + gutter.x) * (height + gutter.y), 0);
  const widest = Math.max(0, ...order.map(({ width }) => width));
  let best: (PackedBox & { readonly cost: number }) | null = null;
  for (let factor = 0.6; factor <= 2; factor += 0.05) {
    const packed = onShelves(order, Math.max(widest, Math.sqrt(area * aspect) * factor));
    const shape = Math.abs(Math.log(packed.width / Math.max(1, packed.height) / aspect));
    const cost = shape + (packed.width * packed.height) / Math.max(1, area);
    if (best === null || cost < best.cost - 1e-9) best = { ...packed, cost };
  }
  return best ?? { groups: [], width: 0, height: 0 };
}

const rank = ({ content }: PlacedGroup): number =>
  content.wiring.kind === "parent" ? 0 : content.wiring.kind === "routed" ? 1 : content.kind === "network" ? 2 : 3;

/** Groups of about one height keep their order. */
const size = ({ height }: PlacedGroup): number => Math.round(height / 90);

function onShelves(order: readonly PlacedGroup[], limit: number): PackedBox {
  const groups: PlacedGroup[] = [];
  let [x, y, shelf, width] = [0, 0, 0, 0];
  for (const one of order) {
    if (x > 0 && x + one.width > limit) {
      x = 0;
      y += shelf + gutter.y;
      shelf = 0;
    }
    groups.push({ ...one, x, y });
    x += one.width + gutter.x;
    shelf = Math.max(shelf, one.height);
    width = Math.max(width, x - gutter.x);
  }
  return { groups, width, height: y + shelf };
}
