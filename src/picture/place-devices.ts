import type { Content, DeviceContent } from "./content.ts";
import { widthOf } from "./measure.ts";
import type { PlacedDevice, Rect } from "./picture.ts";

/** The column of the host's interfaces. */
export const column = { gap: 14, smallest: 120, widest: 210, line: 14, nameLine: 18, outsideGap: 34 } as const;

const most = 4;

/** What is written under an interface's name. */
export function deviceLines({ addresses }: DeviceContent): string[] {
  if (addresses.length <= most) return [...addresses];
  return [...addresses.slice(0, most - 1), `+ ${addresses.length - most + 1} more`];
}

export interface Devices {
  readonly devices: readonly PlacedDevice[];
  readonly outside: readonly (Rect & { readonly lines: readonly string[] })[];
  /** The host's left border; uplinks sit on it. */
  readonly border: number;
  readonly right: number;
  readonly bottom: number;
}

/** Stacks the uplinks on the host's left border with what is outside beside them, and the other interfaces below. */
export function placeDevices({ uplinks, devices }: Content, left: number, top: number): Devices {
  const outsideLines = uplinks.map(({ outside }) => ["outside", ...outside]);
  const outsideWidth = Math.max(76, ...outsideLines.flat().map((line) => widthOf(line, "small") + 18));
  const border = left + outsideWidth + column.outsideGap;
  const width = columnWidth([...uplinks, ...devices]);
  const x = border - 14;
  const placed: PlacedDevice[] = [];
  const outside: Devices["outside"][number][] = [];
  let y = top;
  for (const [i, content] of uplinks.entries()) {
    const lines = outsideLines[i] ?? [];
    const height = heightOf(content);
    const outsideHeight = 10 + lines.length * column.line;
    const row = Math.max(height, outsideHeight);
    placed.push({ x, y: y + (row - height) / 2, width, height, content, uplink: true });
    outside.push({ x: left, y: y + (row - outsideHeight) / 2, width: outsideWidth, height: outsideHeight, lines });
    y += row + column.gap;
  }
  for (const content of devices) {
    const height = heightOf(content);
    placed.push({ x: border + 14, y, width: width - 28, height, content, uplink: false });
    y += height + 8;
  }
  const none = placed.length === 0;
  return { devices: placed, outside, border: none ? left : border, right: none ? left : x + width, bottom: y };
}

const heightOf = (content: DeviceContent): number => 8 + column.nameLine + deviceLines(content).length * column.line;

function columnWidth(devices: readonly DeviceContent[]): number {
  const widths = devices.flatMap((device) => [
    widthOf(device.name, "name") + widthOf(device.tags.join(" "), "small") + 12,
    ...deviceLines(device).map((line) => widthOf(line, "mono")),
  ]);
  return Math.min(column.widest, Math.max(column.smallest, Math.max(0, ...widths) + 20)) + 28;
}
