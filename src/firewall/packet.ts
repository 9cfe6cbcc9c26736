import type { Address } from "../lib/address.ts";

/** A number, or the range it lies in when only that is known. Inclusive. */
export interface NumberRange {
  readonly from: number;
  readonly to: number;
}

/** A port, or the range it lies in (a client's ephemeral port). */
export type PortRange = NumberRange;

/** What conntrack knows a packet's connection by, as seen in one direction. */
export interface Tuple {
  readonly source: Address;
  readonly destination: Address;
  readonly protocol: number;
  /** Null for protocols without ports; ICMP's id and type are not kept. */
  readonly sourcePort: PortRange | null;
  readonly destinationPort: PortRange | null;
}

/** The connection a packet belongs to, as conntrack of the namespace it is in sees it. */
export interface Connection {
  readonly state: "new" | "established" | "related" | "invalid" | "untracked";
  /** Whether this packet goes the way of the first one. */
  readonly direction: "original" | "reply";
  /** The first packet as it came, and the answer that is expected to it: the two differ by what NAT did. */
  readonly original: Tuple;
  readonly reply: Tuple;
  readonly sourceNat: boolean;
  readonly destinationNat: boolean;
  /** Whether a packet was seen in the other direction already. */
  readonly seenReply: boolean;
  readonly mark: number;
}

/** One packet at one netfilter hook of one namespace. */
export interface Packet extends Tuple {
  readonly family: 4 | 6;
  readonly icmp: { readonly type: number; readonly code: number } | null;
  /** The TCP flag byte (FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32); null for other protocols. */
  readonly tcpFlags: number | null;
  /** Bytes of the whole IP packet; null when not known. */
  readonly length: number | null;
  /** TTL or hop limit at this hook. */
  readonly ttl: NumberRange;
  readonly tos: number;
  readonly mark: number;
  /** Interface names; null where the hook has none (no incoming one in OUTPUT). */
  readonly incoming: string | null;
  readonly outgoing: string | null;
  /** Bridge ports, for traffic that a bridge carries with bridge-nf-call-iptables=1. */
  readonly incomingPort: string | null;
  readonly outgoingPort: string | null;
  /** Whether it is being bridged and not routed. */
  readonly bridged: boolean;
  readonly castType: "unicast" | "broadcast" | "multicast" | "loopback";
  /** Source MAC address, as one number of 48 bits; null when not known or where there is none. */
  readonly mac: number | null;
  /** For packets that this namespace sends itself: its socket's user and group, when known. Null for forwarded ones. */
  readonly owner: { readonly uid: number | null; readonly gid: number | null } | null;
  readonly connection: Connection;
}
