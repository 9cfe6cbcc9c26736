import type { Packet } from "./packet.ts";
import type { Action } from "./program.ts";

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
      if (action.how === "set") return { ...packet, ttl: action.value };
      return packet.ttl === null ? packet : { ...packet, ttl: Math.min(255, Math.max(0, packet.ttl + action.value)) };
    default:
      return packet;
  }
}

function withConnectionMark(packet: Packet, mark: number): Packet {
  return { ...packet, connection: { ...packet.connection, mark } };
}
