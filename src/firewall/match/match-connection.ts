import type { Connection, Packet } from "../packet.ts";
import type { Test } from "../rules.ts";
import { maybe, or, type Tri } from "../tri.ts";
import { isPortIn } from "./match-port.ts";

const icmpProtocols: readonly number[] = [1, 58];

/**
 * `--ctorigdstport` and its kin compare what conntrack keeps in the place of ports (`port_match` in
 * net/netfilter/xt_conntrack.c): ICMP's id, type and code there, and nothing, which is 0, for protocols it knows no keys of.
 */
export function matchConnectionPort(test: Extract<Test, { kind: "connection-port" }>, connection: Connection): Tri {
  const tuple = test.direction === "original" ? connection.original : connection.reply;
  if (icmpProtocols.includes(tuple.protocol)) return maybe({ code: "conntrack-icmp-ports" });
  if (tuple.protocol === 47) return maybe({ code: "conntrack-gre-ports" });
  const port = test.side === "source" ? tuple.sourcePort : tuple.destinationPort;
  return isPortIn(port ?? { from: 0, to: 0 }, test.ranges, `connection's ${test.side} port`);
}

/** Whether any of the status bits (IPS_* of linux/netfilter/nf_conntrack_common.h) is set. */
export function matchConnectionStatus(any: Extract<Test, { kind: "connection-status" }>["any"], packet: Packet): Tri {
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
