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
  if (icmpProtocols.includes(tuple.protocol))
    return maybe("of ICMP conntrack keeps an id and a type in place of ports");
  if (tuple.protocol === 47) return maybe("of GRE conntrack keeps a key in place of ports");
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
      return connection.state === "new" ? false : maybe("whether the connection is confirmed is not known");
    case "assured":
      return connection.seenReply ? maybe("whether the connection is assured depends on its packets so far") : false;
    case "expected":
      return connection.state === "new" ? false : maybe("whether another connection announced this one is not known");
  }
}
