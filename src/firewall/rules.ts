import type { Source } from "../lib/source.ts";
import type { Counters } from "../parsers/iptables-save.ts";
import type { PortRange } from "./packet.ts";

/**
 * Firewall rules in one form, whatever they were written for: iptables is compiled into it now, nftables can be. Conditions
 * are plain data about packet fields, so that one packet can be tested against them and sets of packets can be made of them.
 */
export interface CompiledRules {
  readonly tables: readonly Table[];
}

/** The netfilter hooks of the IP layer. */
export type Hook = "prerouting" | "input" | "forward" | "output" | "postrouting";

export interface Table {
  /** `filter`, `nat`, … or an nftables table's name. */
  readonly name: string;
  readonly family: 4 | 6;
  readonly backend: "nft" | "legacy" | "unknown";
  readonly chains: ReadonlyMap<string, Chain>;
  readonly baseChains: readonly BaseChain[];
}

export interface Chain {
  readonly name: string;
  readonly source: Source;
  readonly rules: readonly Rule[];
}

/** A chain that a hook calls. */
export interface BaseChain {
  readonly chain: Chain;
  readonly hook: Hook;
  /** As in linux/netfilter_ipv4.h: raw -300, mangle -150, destination NAT -100, filter 0, security 50, source NAT 100. */
  readonly priority: number;
  /** `nat` chains see only the first packet of a connection. */
  readonly type: "filter" | "nat";
  readonly policy: "accept" | "drop";
  readonly counters: Counters | null;
}

export interface Rule {
  /** All must hold. */
  readonly conditions: readonly Match[];
  readonly action: Action;
  /** As the tool prints it, without counters: `-A FORWARD -i docker0 -j ACCEPT`. */
  readonly text: string;
  /** Position in its chain, from 1. */
  readonly position: number;
  readonly source: Source;
  readonly counters: Counters | null;
}

/** Inclusive bounds of addresses of the table's family. */
export interface AddressRange {
  readonly from: bigint;
  readonly to: bigint;
}

/** One test of a packet. `negated` inverts it; `text` is the option as printed (`! -i docker0`). */
export type Match = { readonly negated: boolean; readonly text: string } & Test;

/** What is tested, before any negation. */
export type Test =
  | { readonly kind: "interface"; readonly side: "in" | "out"; readonly name: string; readonly isPrefix: boolean }
  | { readonly kind: "bridge-port"; readonly side: "in" | "out"; readonly name: string; readonly isPrefix: boolean }
  | { readonly kind: "bridged"; readonly what: "came-by-port" | "leaves-by-port" | "is-bridged" }
  | { readonly kind: "address"; readonly side: "source" | "destination"; readonly ranges: readonly AddressRange[] }
  /** An address with an arbitrary mask (`-s 10.0.0.1/255.0.0.255`). */
  | {
      readonly kind: "address-mask";
      readonly side: "source" | "destination";
      readonly value: bigint;
      readonly mask: bigint;
    }
  | { readonly kind: "protocol"; readonly protocol: number }
  /** `either`: multiport's `--ports`. */
  | { readonly kind: "port"; readonly side: "source" | "destination" | "either"; readonly ranges: readonly PortRange[] }
  | { readonly kind: "icmp"; readonly type: number; readonly codes: PortRange | null }
  | { readonly kind: "tcp-flags"; readonly mask: number; readonly set: number }
  | {
      readonly kind: "connection-state";
      readonly states: readonly ("new" | "established" | "related" | "invalid" | "untracked" | "snat" | "dnat")[];
    }
  | {
      readonly kind: "connection-address";
      readonly direction: "original" | "reply";
      readonly side: "source" | "destination";
      readonly ranges: readonly AddressRange[];
    }
  | {
      readonly kind: "connection-port";
      readonly direction: "original" | "reply";
      readonly side: "source" | "destination";
      readonly ranges: readonly PortRange[];
    }
  | { readonly kind: "connection-direction"; readonly direction: "original" | "reply" }
  | { readonly kind: "connection-protocol"; readonly protocol: number }
  | {
      readonly kind: "connection-status";
      readonly any: readonly ("none" | "expected" | "seen-reply" | "assured" | "confirmed")[];
    }
  | {
      readonly kind: "address-type";
      readonly side: "source" | "destination";
      readonly types: readonly AddressType[];
      readonly limit: "in" | "out" | null;
    }
  | { readonly kind: "mark"; readonly of: "packet" | "connection"; readonly value: number; readonly mask: number }
  /** `returnNomatch`: the entries marked `nomatch` match, and no others. */
  | {
      readonly kind: "set";
      readonly name: string;
      readonly sides: readonly ("source" | "destination")[];
      readonly returnNomatch: boolean;
    }
  | { readonly kind: "cast-type"; readonly castType: "unicast" | "broadcast" | "multicast" }
  | { readonly kind: "mac"; readonly mac: string }
  | {
      readonly kind: "number";
      readonly of: "length" | "ttl" | "tos";
      readonly range: PortRange;
      readonly mask: number | null;
    }
  | { readonly kind: "owner"; readonly of: "uid" | "gid"; readonly range: PortRange }
  | { readonly kind: "socket-exists" }
  /** Several tests, where a negation covers them together. All of none always holds, any of none never does. */
  | { readonly kind: "all-of"; readonly conditions: readonly Match[] }
  | { readonly kind: "any-of"; readonly conditions: readonly Match[] }
  /** It depends on traffic, time or something that no capture holds: whether it matches cannot be known. */
  | { readonly kind: "unknowable"; readonly why: string; readonly isRandom?: true };

/** What the routing tables call an address (RTN_* of linux/rtnetlink.h). */
export type AddressType =
  | "unspec"
  | "unicast"
  | "local"
  | "broadcast"
  | "anycast"
  | "multicast"
  | "blackhole"
  | "unreachable"
  | "prohibit"
  | "throw"
  | "nat"
  | "xresolve";

/** What a rule does with a packet that meets its conditions. */
export type Action =
  | { readonly kind: "accept" | "drop" | "return" }
  /** Goes on with the next rule: LOG, counters, and all else that changes nothing which this program looks at. */
  | { readonly kind: "continue" }
  /** `with`: `icmp-port-unreachable`, `tcp-reset`, `icmp6-adm-prohibited`, … */
  | { readonly kind: "reject"; readonly with: string }
  | { readonly kind: "jump" | "goto"; readonly chain: string }
  | { readonly kind: "nat"; readonly nat: Nat }
  /** new = (old & ~clear) ^ xor, on the packet's or its connection's mark. */
  | { readonly kind: "mark"; readonly of: "packet" | "connection"; readonly clear: number; readonly xor: number }
  | { readonly kind: "save-mark" | "restore-mark"; readonly connectionMask: number; readonly packetMask: number }
  | { readonly kind: "notrack" }
  /** new = (old & ~clear) ^ xor, on the type of service or traffic class byte. */
  | { readonly kind: "set-tos"; readonly clear: number; readonly xor: number }
  /** `add` may be negative; the result stays within 0 and 255. */
  | { readonly kind: "set-ttl"; readonly how: "set" | "add"; readonly value: number }
  /** Adds to or removes from a set what the packet says: until the next snapshot nobody knows what is in it. */
  | { readonly kind: "change-set"; readonly set: string }
  /** What happens then is not in any capture (NFQUEUE, TPROXY, an unknown target). */
  | { readonly kind: "unknowable"; readonly why: string; readonly isRandom?: true };

/** A rewrite of one side of the connection. Null keeps what is there. */
export type Nat =
  | {
      readonly kind: "source" | "destination";
      readonly addresses: AddressRange | null;
      readonly ports: PortRange | null;
      /** The port is chosen at random from the range, or the address kept the same for a client: both only matter for ranges. */
      readonly random: boolean;
    }
  | { readonly kind: "masquerade"; readonly ports: PortRange | null; readonly random: boolean }
  | { readonly kind: "redirect"; readonly ports: PortRange | null }
  | {
      readonly kind: "netmap";
      readonly side: "source" | "destination";
      readonly prefix: { readonly value: bigint; readonly length: number };
    };
