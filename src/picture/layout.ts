import { arrangeGroup } from "./arrange-group.ts";
import type { Content } from "./content.ts";
import { describe } from "./describe.ts";
import { widthOf } from "./measure.ts";
import { pack } from "./pack.ts";
import { defaultOptions, type Picture, type PictureInput, type PictureOptions } from "./picture.ts";
import { placeDevices } from "./place-devices.ts";
import { lane, parentsOf, placeWires } from "./place-wires.ts";

const margin = 10;
const headRoom = 58;

/**
 * Lays a host out as boxes in boxes: its interfaces on the left border, the outside beyond it, and a box for each bridge or
 * network with its containers inside. The same input gives the same picture.
 */
export const layOut = (input: PictureInput, options: Partial<PictureOptions> = {}): Picture =>
  layOutContent(describe(input), options);

/** The same of a content that was described before, and marked or merged with another since. */
export function layOutContent(content: Content, options: Partial<PictureOptions> = {}): Picture {
  const wishes = { ...defaultOptions, ...options };
  const top = margin + headRoom;
  const { devices, outside, border, right, bottom } = placeDevices(content, margin, top);
  const foldAbove = wishes.foldAbove ?? foldFor(content);
  const arranged = content.groups.map((one) => arrangeGroup(one, wishes, foldAbove));
  const lanes = devices.length === 0 ? 0 : lane.first + lane.width * (parentsOf(arranged, devices).length + 1);
  const left = right + lanes + 14;
  const packed = pack(arranged, wishes.aspect);
  const groups = packed.groups.map((one) => ({ ...one, x: one.x + left, y: one.y + top + 6 }));
  const titleEnd = border + 40 + Math.max(widthOf(content.hostname, "title"), widthOf(content.subtitle, "small"));
  const inner = Math.max(left + packed.width + 16, Math.min(titleEnd, border + 560));
  const end = Math.max(bottom + 6, top + 6 + packed.height + 16);
  return {
    width: Math.ceil(inner + margin),
    height: Math.ceil(end + margin),
    host: {
      x: border,
      y: margin,
      width: inner - border,
      height: end - margin,
      title: content.hostname,
      subtitle: content.subtitle,
    },
    outside,
    devices,
    groups,
    wires: placeWires(groups, devices, outside, right),
  };
}

/** What a reader can take in, and a browser draw at once: on a very large host all groups but small ones are folded. */
function foldFor({ groups }: Content): number {
  const cells = groups.reduce((sum, group) => sum + group.cells.length, 0);
  return cells > 300 ? 12 : 48;
}
