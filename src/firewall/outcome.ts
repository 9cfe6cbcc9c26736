import type { Address } from "../lib/address.ts";
import type { IpSet } from "../parsers/ipset-save.ts";
import type { Reason } from "../reasons/reason.ts";
import type { Nat } from "./actions.ts";
import type { AddressType } from "./matches.ts";
import type { Packet } from "./packet.ts";
import type { Rule } from "./rules.ts";
import type { Tri } from "./tri.ts";

/** What a namespace has to tell for some matches. */
export interface Environment {
  /** Whether the routing tables give the address one of these types, on this interface only if one is named. */
  addressHasType(address: Address, types: readonly AddressType[], interfaceName: string | null): Tri;
  /** The set of that name; null when there is none; a reason when the sets were not captured. */
  ipset(name: string): IpSet | null | { readonly because: Reason };
  /** Sets that rules on the packet's way have changed: what is in them now is not what was captured. */
  readonly changedSets: readonly string[];
}

/** One rule that a packet met in a chain. `passed` ones are recorded only when asked for, with the match that failed. */
export interface RuleStep {
  readonly rule: Rule;
  readonly chain: string;
  readonly effect: "matched" | "decided" | "passed";
  /** For a rule passed over: the first match that did not hold. */
  readonly failed: string | null;
  /** Why it was not certain that it matches. */
  readonly because: readonly Reason[];
}

/** How a base chain may end for a packet. Several outcomes mean that rules of unknown effect were met on the way. */
export interface ChainOutcome {
  readonly verdict:
    | { readonly kind: "accept" }
    | { readonly kind: "drop" }
    | { readonly kind: "reject"; readonly with: string }
    | { readonly kind: "nat"; readonly nat: Nat }
    | { readonly kind: "unknown"; readonly why: Reason };
  /** The rule that decided; null when the chain's policy did. */
  readonly rule: Rule | null;
  /** The packet with its marks as the chain left them. */
  readonly packet: Packet;
  readonly untracked: boolean;
  /** The sets that its rules have changed, and those that others had before. */
  readonly changedSets: readonly string[];
  readonly steps: readonly RuleStep[];
  /** What was not known on the way to this outcome; empty when it is the only one. */
  readonly because: readonly Reason[];
}
