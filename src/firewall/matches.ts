import type { FieldTest } from "./fields.ts";
import type { InterfacePattern, SetReference } from "./sets.ts";

/** One test of a packet. `negated` inverts it; `text` is the option as printed (`! -i docker0`). */
export type Match = { readonly negated: boolean; readonly text: string } & Test;

/** What is tested, before any negation. */
export type Test =
  | FieldTest
  | ({ readonly kind: "interface"; readonly side: "in" | "out" } & InterfacePattern)
  | ({ readonly kind: "bridge-port"; readonly side: "in" | "out" } & InterfacePattern)
  | { readonly kind: "bridged"; readonly what: "came-by-port" | "leaves-by-port" | "is-bridged" }
  | {
      readonly kind: "connection-state";
      readonly states: readonly ("new" | "established" | "related" | "invalid" | "untracked" | "snat" | "dnat")[];
    }
  | {
      readonly kind: "connection-status";
      readonly any: readonly ("none" | "expected" | "seen-reply" | "assured" | "confirmed")[];
    }
  | { readonly kind: "connection-direction"; readonly direction: "original" | "reply" }
  | {
      readonly kind: "address-type";
      readonly side: "source" | "destination";
      readonly types: readonly AddressType[];
      readonly limit: "in" | "out" | null;
    }
  /** Whether what the set asks for of the packet is in it. */
  | { readonly kind: "lookup"; readonly set: SetReference }
  | { readonly kind: "socket-exists" }
  /** Several tests, where a negation covers them together. All of none always holds, any of none never does. */
  | { readonly kind: "all-of"; readonly matches: readonly Match[] }
  | { readonly kind: "any-of"; readonly matches: readonly Match[] }
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
