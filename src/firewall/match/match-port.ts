import type { Packet, PortRange } from "../packet.ts";
import type { Test } from "../rules.ts";
import { maybe, or, type Tri } from "../tri.ts";

/** Whether a packet's port lies in the ranges. A packet without ports has none that does. */
export function matchPort(test: Extract<Test, { kind: "port" }>, packet: Packet): Tri {
  if (test.side === "destination") return isPortIn(packet.destinationPort, test.ranges, "destination port");
  if (test.side === "source") return isPortIn(packet.sourcePort, test.ranges, "source port");
  return or(
    isPortIn(packet.destinationPort, test.ranges, "destination port"),
    isPortIn(packet.sourcePort, test.ranges, "source port"),
  );
}

/**
 * Whether a port, known as a range, lies in any of the ranges: true when all of it does, false when none of it does. `what`
 * names the port in the reason.
 */
export function isPortIn(port: PortRange | null, ranges: readonly PortRange[], what: string): Tri {
  if (port === null) return false;
  let covered = 0;
  for (let i = 0; i < ranges.length; i++) {
    const range = ranges[i] as PortRange;
    if (port.from >= range.from && port.to <= range.to) return true;
    if (port.to < range.from || port.from > range.to) continue;
    covered += Math.min(port.to, range.to) - Math.max(port.from, range.from) + 1;
  }
  if (covered === 0) return false;
  if (covered === port.to - port.from + 1 && areApart(ranges)) return true;
  return maybe({ code: "port-in-range", port: what, from: port.from, to: port.to });
}

/** Whether no two ranges share a port, so that what they cover adds up. */
function areApart(ranges: readonly PortRange[]): boolean {
  const sorted = ranges.toSorted((a, b) => a.from - b.from);
  return sorted.every((range, i) => i === 0 || range.from > (sorted[i - 1]?.to ?? -1));
}
