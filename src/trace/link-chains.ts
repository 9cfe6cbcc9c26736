import { type Device, type LinkPlace, sees } from "../dataplane/link-chains.ts";
import type { Segment, Stack } from "../dataplane/types.ts";
import { endPath, type PacketState } from "./packet-state.ts";
import { ended, type Transfer } from "./transfer.ts";

/** What a frame passes where it comes in by a port of a bridge. */
export const enteringBridge = (segment: Segment, port: string | null): readonly LinkPlace[] => [
  { ...byPort(segment, port), hook: "ingress" },
  { kind: "bridge", hook: "prerouting" },
];

/** What a frame passes on its way out of a port: `forward` where it came by another, `output` where the host sends it. */
export const leavingBridge = (
  segment: Segment,
  by: "forward" | "output",
  port: string | null,
): readonly LinkPlace[] => [
  { kind: "bridge", hook: by },
  { kind: "bridge", hook: "postrouting" },
  { ...byPort(segment, port), hook: "egress" },
];

const byPort = ({ interface: bridge, outside, hasOtherDoors }: Segment, port: string | null): Device => ({
  kind: "port",
  device: port === outside && hasOtherDoors ? null : port,
  bridge,
});

/** Goes on with a packet that passes these places, unless a chain there may decide: then its way ends, and where is said. */
export function passLink(
  stack: Stack | undefined,
  packet: PacketState,
  places: readonly LinkPlace[],
  onward: (packet: PacketState) => readonly Transfer[],
): readonly Transfer[] {
  const chain = stack?.linkChains[packet.family].find((one) => places.some((place) => sees(one, place)));
  if (stack === undefined || chain === undefined) return onward(packet);
  return ended(endPath(packet, stack.name, { kind: "unknown", why: chain.why }, [chain.source]));
}
