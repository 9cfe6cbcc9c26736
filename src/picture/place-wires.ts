import { group } from "./arrange-group.ts";
import type { PlacedDevice, PlacedGroup, Rect, Wire } from "./picture.ts";

/** Room between the interfaces and the groups: a lane for each trunk. */
export const lane = { width: 9, first: 16 } as const;

/** The interfaces that something hangs on directly: each gets a trunk of its own, beside the one of the host's routing. */
export function parentsOf(groups: readonly PlacedGroup[], devices: readonly PlacedDevice[]): string[] {
  const known = new Set(devices.map(({ content }) => content.node));
  const parents = groups.flatMap(({ content: { wiring } }) =>
    wiring.kind === "parent" && known.has(wiring.node) ? [wiring.node] : [],
  );
  return [...new Set(parents)];
}

/** All wires between interfaces and groups: from the interface to a trunk, along the gutter above a shelf, and down. */
export function placeWires(
  groups: readonly PlacedGroup[],
  devices: readonly PlacedDevice[],
  outside: readonly Rect[],
  right: number,
): Wire[] {
  const parents = parentsOf(groups, devices);
  const byNode = new Map(devices.map((device) => [device.content.node, device]));
  const uplinks = devices.filter(({ uplink }) => uplink);
  const wires: Wire[] = uplinks.flatMap((uplink, i) => {
    const beyond = outside[i];
    if (beyond === undefined) return [];
    const y = uplink.y + uplink.height / 2;
    const style = uplink.content.up ? "solid" : "dotted";
    return [line([beyond.x + beyond.width, y], [uplink.x, y], style, ["outside", uplink.content.node])];
  });
  const trunkX = right + lane.first;
  const ways = groups.filter(({ content }) => content.wiring.kind === "routed");
  for (const { x, width, y, height, content } of ways.length === 0 ? [] : uplinks) {
    const from = [x + width, y + height / 2] as const;
    wires.push(line(from, [trunkX, from[1]], content.up ? "solid" : "dotted", [content.node, "host"]));
  }
  const firstY = uplinks[0] === undefined ? null : uplinks[0].y + uplinks[0].height / 2;
  for (const one of groups) {
    const { wiring } = one.content;
    if (wiring.kind === "none") continue;
    const at = one.x + group.padding + group.rail / 2;
    if (wiring.kind === "routed") {
      const rail = one.y - 10;
      const start = firstY === null ? [] : [[trunkX, firstY] as const];
      const points = [...start, [trunkX, rail], [at, rail], [at, one.y]] as const;
      const style = wiring.addressed ? "solid" : "dotted";
      wires.push({ points, style, between: ["host", one.content.id] });
      continue;
    }
    const parent = byNode.get(wiring.node);
    const trunk = trunkX + lane.width * (parents.indexOf(wiring.node) + 1);
    const rail = one.y - 16;
    if (parent === undefined) continue;
    const y = parent.y + Math.min(parent.height - 6, parent.height / 2 + 7);
    const points = [
      [parent.x + parent.width, y],
      [trunk, y],
      [trunk, rail],
      [at, rail],
      [at, one.y],
    ] as const;
    wires.push({ points, style: "dashed", between: [wiring.node, one.content.id] });
  }
  return wires;
}

const line = (
  from: readonly [number, number],
  to: readonly [number, number],
  style: Wire["style"],
  between: readonly [string, string],
): Wire => ({ points: [from, to], style, between });
