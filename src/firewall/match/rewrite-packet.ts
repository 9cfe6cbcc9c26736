import type { Action } from "../actions.ts";
import type { NumberRange, Packet } from "../packet.ts";

const change = (old: number, clear: number, xor: number): number => ((old & ~clear) ^ xor) >>> 0;

/** The packet after a target that writes to it or to its connection; the same packet after any other target. */
export function changedPacket(packet: Packet, action: Action): Packet {
  const { connection } = packet;
  // CONNMARK does nothing for a packet that has no connection (`connmark_tg_shift` in net/netfilter/xt_connmark.c).
  const tracked = connection.state !== "invalid" && connection.state !== "untracked";
  switch (action.kind) {
    case "mark":
      if (action.of === "packet") return { ...packet, mark: change(packet.mark, action.clear, action.xor) };
      return tracked ? withConnectionMark(packet, change(connection.mark, action.clear, action.xor)) : packet;
    case "save-mark":
      if (!tracked) return packet;
      return withConnectionMark(
        packet,
        change(connection.mark, action.connectionMask, packet.mark & action.packetMask),
      );
    case "restore-mark":
      if (!tracked) return packet;
      return {
        ...packet,
        mark: change(packet.mark, action.packetMask, connection.mark & action.connectionMask),
      };
    case "set-tos":
      return { ...packet, tos: change(packet.tos, action.clear, action.xor) & 255 };
    case "set-ttl":
      return { ...packet, ttl: changedTtl(packet.ttl, action) };
    default:
      return packet;
  }
}

/** `ttl_tg` in net/netfilter/xt_HL.c: counting stops at 0 and at 255. */
function changedTtl({ from, to }: NumberRange, { how, value }: Extract<Action, { kind: "set-ttl" }>): NumberRange {
  const added = (ttl: number) => Math.min(255, Math.max(0, ttl + value));
  return how === "set" ? { from: value, to: value } : { from: added(from), to: added(to) };
}

function withConnectionMark(packet: Packet, mark: number): Packet {
  return { ...packet, connection: { ...packet.connection, mark } };
}
