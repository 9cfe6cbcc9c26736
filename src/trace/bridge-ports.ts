import type { Member, Segment } from "../dataplane/types.ts";
import { isMaybe } from "../firewall/tri.ts";
import { endPath, type PacketState, withDoubts } from "./packet-state.ts";
import { ended, type Transfer } from "./transfer.ts";

/** Whether a member is the interface that the segment is named after: the bridge itself, or the uplink. */
export const isBridgeItself = (segment: Segment, member: Member): boolean =>
  member.stack === "host" && member.interface === segment.interface;

/** Why the bridge does not pass a frame from one port to another (net/bridge/br_forward.c, should_deliver); null when it does. */
export function barrierBetween(segment: Segment, from: Member, to: Member): string | null {
  const name = (member: Member) => member.port ?? `${member.stack}'s port`;
  if (from === to && !from.hairpin)
    return `${name(from)} would have to send it back where it came from, and hairpin mode is off`;
  if (from.isolated && to.isolated) {
    return `${from === to ? `${name(from)} is an isolated port` : `${name(from)} and ${name(to)} are isolated ports`} of ${segment.interface}`;
  }
  if (segment.vlanFiltering && from.pvid !== to.pvid) {
    return `${name(from)} and ${name(to)} of ${segment.interface} are in different VLANs (${from.pvid ?? "none"}, ${to.pvid ?? "none"})`;
  }
  return null;
}

/** Follows a member that may or may not be on its segment both ways. */
export function ifAttached(
  member: Member,
  packet: PacketState,
  onward: (packet: PacketState) => readonly Transfer[],
): readonly Transfer[] {
  if (member.attached === true) return onward(packet);
  const why = `${member.port ?? member.interface}, the link of ${member.stack}, is down or on no bridge`;
  const lost = (flying: PacketState) =>
    ended(
      endPath(flying, member.stack, { kind: "unroutable", reason: "link-down", why, loud: false }, why, member.sources),
    );
  if (!isMaybe(member.attached)) return lost(packet);
  const doubtful = withDoubts(packet, member.attached.because);
  return [...onward(doubtful), ...lost(doubtful)];
}
