import type { Test } from "../matches.ts";
import type { Packet } from "../packet.ts";
import { maybe, or, type Tri } from "../tri.ts";

/** SNAT and DNAT are bits beside the state, of packets that have a connection (`conntrack_mt` in xt_conntrack.c). */
export function isState(
  states: Extract<Test, { kind: "connection-state" }>["states"],
  { connection }: Packet,
): boolean {
  if (states.includes(connection.state)) return true;
  if (connection.state === "invalid" || connection.state === "untracked") return false;
  return (connection.sourceNat && states.includes("snat")) || (connection.destinationNat && states.includes("dnat"));
}

/** Whether any of the status bits (IPS_* of linux/netfilter/nf_conntrack_common.h) is set. */
export function matchStatus(any: Extract<Test, { kind: "connection-status" }>["any"], packet: Packet): Tri {
  let result: Tri = false;
  for (const status of any) result = or(result, hasStatus(status, packet));
  return result;
}

function hasStatus(status: Extract<Test, { kind: "connection-status" }>["any"][number], packet: Packet): Tri {
  const { connection } = packet;
  switch (status) {
    case "none":
      return false;
    case "seen-reply":
      return connection.seenReply;
    case "confirmed":
      // Confirmed when its first packet leaves by an interface, the loopback included, or reaches a socket.
      if (connection.seenReply || connection.state === "established" || packet.incoming === "lo") return true;
      return connection.state === "new" ? false : maybe({ code: "confirmed-unknown" });
    case "assured":
      return connection.seenReply ? maybe({ code: "assured-unknown" }) : false;
    case "expected":
      return connection.state === "new" ? false : maybe({ code: "expected-unknown" });
  }
}
