import { cell as cellSizes } from "./arrange-cell.ts";
import { group } from "./arrange-group.ts";
import type { Picture, PlacedCell, PlacedGroup } from "./picture.ts";

type Point = readonly [x: number, y: number];

/** A line through a picture, along its wires; it is broken where it passes behind a box. */
export interface RouteLine {
  readonly lines: readonly (readonly Point[])[];
  readonly start: Point;
  readonly end: Point;
}

/**
 * The way of a packet past the given nodes, drawn along rails and wires: containers by their cells, ports and bridges by
 * their group, interfaces, `host`, and `outside`. Null when fewer than two of them are in the picture.
 */
export function wayThrough(picture: Picture, nodes: readonly string[]): RouteLine | null {
  const stops = nodes.map((id, i) => place(picture, id, nodes, i)).filter((stop) => stop !== null);
  const lines: Point[][] = [];
  for (const [i, stop] of stops.entries()) {
    const before = stops[i - 1];
    if (before === undefined) continue;
    const shared = before.group !== null && before.group === stop.group;
    const out = shared ? before.toRail : stop.kind === "outside" ? before.toOutside : before.toTrunk;
    const back = shared ? stop.toRail : before.kind === "outside" ? stop.toOutside : stop.toTrunk;
    const points = [...out, ...[...back].reverse()];
    if (points.length > 1) lines.push(...brokenUp(points));
  }
  const start = lines[0]?.[0];
  const end = lines.at(-1)?.at(-1);
  return start === undefined || end === undefined ? null : { lines, start, end };
}

/** Breaks a line at the places where it would run over a port. */
function brokenUp(points: readonly (Point | "break")[]): Point[][] {
  const lines: Point[][] = [[]];
  for (const point of points) {
    if (point === "break") lines.push([]);
    else lines.at(-1)?.push(point);
  }
  return lines.filter(({ length }) => length > 1);
}

/** A place on the way, with the points from its edge to its group's rails, to the trunk of the host, and to the outside. */
interface Stop {
  readonly kind: "outside" | "device" | "host" | "group";
  readonly group: string | null;
  readonly toRail: readonly (Point | "break")[];
  readonly toTrunk: readonly (Point | "break")[];
  readonly toOutside: readonly (Point | "break")[];
}

const nowhere = { group: null, toRail: [], toTrunk: [], toOutside: [] } as const;

function place(picture: Picture, id: string, nodes: readonly string[], at: number): Stop | null {
  if (id === "outside") return outside(picture, nodes[at === 0 ? 1 : at - 1] ?? "");
  const device = picture.devices.find(({ content }) => content.node === id);
  if (device !== undefined) {
    const y = device.y + device.height / 2;
    const toTrunk: readonly Point[] = [
      [device.x + device.width, y],
      [trunkX(picture), y],
    ];
    return { ...nowhere, kind: "device", toTrunk, toOutside: [[device.x, y]] };
  }
  if (id === "host") return host(picture);
  // The group that the neighbours on the way are in is meant, when a container is in several.
  const near = new Set([nodes[at - 1], nodes[at - 2], nodes[at + 1], nodes[at + 2]]);
  const holders = picture.groups.filter(
    ({ content, cells }) => content.id === id || cells.some((one) => isFor(one, id)),
  );
  const holder = holders.find(({ content }) => near.has(content.id)) ?? holders[0];
  if (holder === undefined) return null;
  return holder.content.id === id ? bridge(picture, holder) : cell(picture, holder, id);
}

const isFor = ({ content }: PlacedCell, id: string): boolean => content.node === id || content.port?.node === id;

const trunkX = ({ wires, groups }: Picture): number =>
  wires.find(({ between }) => between[0] === "host")?.points[0]?.[0] ?? Math.min(...groups.map(({ x }) => x)) - 14;

function outside(picture: Picture, device: string): Stop | null {
  const from = picture.wires.find(({ between }) => between[0] === "outside" && between[1] === device)?.points[0];
  return from === undefined ? null : { ...nowhere, kind: "outside", toTrunk: [from], toOutside: [from] };
}

function host(picture: Picture): Stop {
  const x = trunkX(picture);
  const y = picture.wires.find(({ between }) => between[0] === "host")?.points[0]?.[1] ?? picture.host.y + 70;
  return { ...nowhere, kind: "host", toTrunk: [[x, y]] };
}

function bridge(picture: Picture, holder: PlacedGroup): Stop {
  const spine: Point = [spineOf(holder), holder.y + (holder.rails[0]?.y ?? 20)];
  return { ...nowhere, kind: "group", group: holder.content.id, toTrunk: upToTrunk(picture, holder), toRail: [spine] };
}

function cell(picture: Picture, holder: PlacedGroup, id: string): Stop {
  const found = holder.cells.find((one) => isFor(one, id));
  const x = holder.x + (found?.x ?? 0) + Math.min(30, (found?.width ?? 0) / 2);
  const top = holder.y + (found?.y ?? 0);
  const rail = holder.y + (found?.railY ?? 0) + group.rail / 2;
  const hasPort = found?.content.port != null;
  const isPort = hasPort && found.content.port?.node === id && found.content.node !== id;
  const plugEnd = rail + group.rail / 2 + cellSizes.plug;
  const stem: readonly (Point | "break")[] = isPort ? [] : hasPort ? [[x, top], [x, plugEnd], "break"] : [[x, top]];
  const toSpine: readonly (Point | "break")[] =
    holder.rails.length === 0 ? stem : [...stem, [x, rail], [spineOf(holder), rail]];
  const toTrunk = [...toSpine, ...upToTrunk(picture, holder)];
  return { ...nowhere, kind: "group", group: holder.content.id, toRail: toSpine, toTrunk };
}

const spineOf = ({ x }: PlacedGroup): number => x + group.padding + group.rail / 2;

/** From the spine of a group up its wire to the trunk. */
function upToTrunk({ wires }: Picture, holder: PlacedGroup): Point[] {
  const wire = wires.find(({ between }) => between[1] === holder.content.id);
  const points = wire === undefined ? [] : [...wire.points].reverse();
  const first = holder.y + (holder.rails[0]?.y ?? 20);
  // The last point is where the trunk leaves the first interface; the way may leave it elsewhere.
  return [[spineOf(holder), first], ...points.slice(0, wire !== undefined && wire.points.length > 3 ? -1 : undefined)];
}
