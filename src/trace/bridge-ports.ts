import type { Member, Segment } from "../dataplane/types.ts";
import { isMaybe } from "../firewall/tri.ts";
import type { Reason } from "../reasons/reason.ts";
import { endPath, type PacketState, withDoubts } from "./packet-state.ts";
import { ended, type Transfer } from "./transfer.ts";

/** Whether a member is the interface that the segment is named after: the bridge itself, or the uplink. */
export const isBridgeItself = (segment: Segment, member: Member): boolean =>
  member.stack.isHost && member.interface === segment.interface;

/** Why the bridge does not pass a frame from one port to another (net/bridge/br_forward.c, should_deliver); null when it does. */
export function barrierBetween(segment: Segment, from: Member, to: Member): Reason | null {
  const name = (member: Member) => member.port ?? `${member.stack.name}'s port`;
  if (from === to && !from.hairpin) return { code: "no-hairpin", port: name(from) };
  const bridge = segment.interface;
  if (from.isolated && to.isolated) {
    return from === to
      ? { code: "isolated-port", port: name(from), bridge }
      : { code: "isolated-ports", from: name(from), to: name(to), bridge };
  }
  if (segment.vlanFiltering && from.pvid !== to.pvid) {
    return {
      code: "different-vlans",
      from: name(from),
      to: name(to),
      bridge,
      fromVlan: from.pvid,
      toVlan: to.pvid,
    };
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
  const why: Reason = {
    code: "link-down",
    interface: member.port ?? member.interface,
    namespace: member.stack.name,
  };
  const lost = (flying: PacketState) =>
    ended(
      endPath(flying, member.stack.name, { kind: "unroutable", reason: "link-down", why, loud: false }, member.sources),
    );
  if (!isMaybe(member.attached)) return lost(packet);
  const doubtful = withDoubts(packet, member.attached.because);
  return [...onward(doubtful), ...lost(doubtful)];
}
