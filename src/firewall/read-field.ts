import { isMulticast } from "../lib/address-class.ts";
import { assertNever } from "../lib/assert-never.ts";
import { isIcmp } from "../lib/protocol.ts";
import type { Reason } from "../reasons/reason.ts";
import type { AddressField, NumberField } from "./fields.ts";
import type { NumberRange, Packet, Tuple } from "./packet.ts";
import type { InterfacePattern } from "./sets.ts";
import { type Maybe, maybe } from "./tri.ts";

/** What a packet has in a field: a number, or the range that it lies in; why it is not known; null when it has no such field. */
export type FieldValue = number | NumberRange | Maybe | null;

export function addressIn(packet: Packet, field: AddressField): bigint {
  const { connection } = packet;
  switch (field) {
    case "source":
      return packet.source.value;
    case "destination":
      return packet.destination.value;
    case "original-source":
      return connection.original.source.value;
    case "original-destination":
      return connection.original.destination.value;
    case "reply-source":
      return connection.reply.source.value;
    case "reply-destination":
      return connection.reply.destination.value;
    default:
      return assertNever(field);
  }
}

export function numberIn(packet: Packet, field: NumberField): FieldValue {
  switch (field) {
    case "protocol":
      return packet.protocol;
    case "source-port":
      return packet.sourcePort;
    case "destination-port":
      return packet.destinationPort;
    case "mark":
      return packet.mark;
    case "connection-mark":
      return packet.connection.mark;
    case "icmp":
      if (packet.icmp !== null) return packet.icmp.type * 256 + packet.icmp.code;
      return isIcmp(packet.protocol) ? maybe({ code: "icmp-type-unknown" }) : null;
    case "tcp-flags":
      if (packet.tcpFlags !== null) return packet.tcpFlags;
      return packet.protocol === 6 ? maybe({ code: "tcp-flags-unknown" }) : null;
    case "ttl":
      return packet.ttl;
    case "tos":
      return packet.tos;
    case "length":
      return packet.length ?? maybe({ code: "length-unknown" });
    case "connection-protocol":
      return packet.connection.original.protocol;
    case "original-source-port":
      return connectionPort(packet.connection.original, "source");
    case "original-destination-port":
      return connectionPort(packet.connection.original, "destination");
    case "reply-source-port":
      return connectionPort(packet.connection.reply, "source");
    case "reply-destination-port":
      return connectionPort(packet.connection.reply, "destination");
    case "packet-type":
      return packetType(packet);
    case "source-mac":
      return packet.mac ?? maybe({ code: "mac-unknown" });
    case "socket-uid":
      return packet.owner === null ? null : (packet.owner.uid ?? maybe({ code: "socket-owner-unknown", of: "uid" }));
    case "socket-gid":
      return packet.owner === null ? null : (packet.owner.gid ?? maybe({ code: "socket-owner-unknown", of: "gid" }));
    default:
      return assertNever(field);
  }
}

/** Why nobody knows whether a field that lies in a range lies in a part of it. */
export function partlyIn(field: NumberField, { from, to }: NumberRange): Reason {
  if (field === "ttl") return { code: "ttl-in-range", name: "TTL", from, to };
  const port = field.replace(/^(original|reply)-(source|destination)-port$/, "connection's $2 port").replace("-", " ");
  return { code: "port-in-range", port, from, to };
}

/**
 * `--ctorigdstport` and its kin compare what conntrack keeps in the place of ports (`port_match` in
 * net/netfilter/xt_conntrack.c): ICMP's id, type and code there, and nothing, which is 0, for protocols it knows no keys of.
 */
function connectionPort(tuple: Tuple, side: "source" | "destination"): FieldValue {
  if (isIcmp(tuple.protocol)) return maybe({ code: "conntrack-icmp-ports" });
  if (tuple.protocol === 47) return maybe({ code: "conntrack-gre-ports" });
  return (side === "source" ? tuple.sourcePort : tuple.destinationPort) ?? 0;
}

/** `pkttype_mt` in net/netfilter/xt_pkttype.c: looped back packets are told apart by their destination. */
function packetType({ castType, destination }: Packet): number {
  if (castType === "unicast") return 0;
  return castType === "multicast" || (castType === "loopback" && isMulticast(destination)) ? 2 : 1;
}

/** A packet that the hook gives no interface for has the empty name (`nulldevname` in net/ipv4/netfilter/ip_tables.c). */
export function hasName(name: string | null, pattern: InterfacePattern): boolean {
  const actual = name ?? "";
  return pattern.isPrefix ? actual.startsWith(pattern.name) : actual === pattern.name;
}
