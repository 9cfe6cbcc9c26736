import type { Backend } from "../firewall/rule-set.ts";
import type { Source } from "../lib/source.ts";
import type { Counters } from "../parsers/iptables-save.ts";
import type { Action } from "./actions.ts";
import type { Match } from "./matches.ts";

/**
 * Firewall rules in one form, whatever they were written for: iptables is compiled into it now, nftables can be. Statements
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
  readonly backend: Backend | "nftables";
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
  /**
   * `nat` chains see only the first packet of a connection. After a `route` chain a packet whose mark or type of service it has
   * changed is routed anew (`nf_route_table_hook4` in net/netfilter/nft_chain_route.c, `ipt_mangle_out` in iptable_mangle.c).
   */
  readonly type: "filter" | "nat" | "route";
  readonly policy: "accept" | "drop";
  readonly counters: Counters | null;
}

export interface Rule {
  /**
   * What the rule does, in order: up to the first match that does not hold, or to the first action that is a verdict. Behind an
   * action a match sees the packet as that has changed it. iptables' rules are matches and then one action, if any.
   */
  readonly statements: readonly Statement[];
  /** As the tool prints it, without counters: `-A FORWARD -i docker0 -j ACCEPT`. */
  readonly text: string;
  /** Position in its chain, from 1. */
  readonly position: number;
  readonly source: Source;
  readonly counters: Counters | null;
}

/** Only a match can be negated, which tells the two apart. */
export type Statement = Match | Action;
