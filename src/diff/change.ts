import type { Backend } from "../firewall/rule-set.ts";
import type { Source } from "../lib/source.ts";

export const thingKinds = [
  "host",
  "engine",
  "container",
  "endpoint",
  "published-port",
  "network",
  "bridge",
  "interface",
  "route",
  "policy-rule",
  "neighbour",
  "listener",
  "sysctl",
  "resolver",
  "ipset",
] as const;

/** What a change is about, named as the snapshots' reader knows it: never by a veth's name or an interface's index. */
export interface Thing {
  readonly kind: (typeof thingKinds)[number];
  readonly name: string;
  /** The namespace (`host`, or a container) or the thing that it belongs to; null where the name says all. */
  readonly within: string | null;
}

/** One property that is another now, as text for people; null where it is absent on that side. */
export interface ChangedField {
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * A thing that was added, removed, changed in some of its properties, or replaced by another of its name. `before` and `after`
 * are where each snapshot says so; the side on which it does not exist is empty. Of an added or removed thing the fields are
 * those properties that say what it is.
 */
export interface Change {
  readonly kind: "added" | "removed" | "replaced" | "changed";
  readonly thing: Thing;
  /** What it was called before, where that is another name now; else null. */
  readonly formerly: Thing | null;
  readonly fields: readonly ChangedField[];
  readonly before: readonly Source[];
  readonly after: readonly Source[];
}

/**
 * What one of the snapshots does not hold, so that nothing can be said about it. Never shown as a change. `before` and `after`
 * say why it is not known there; null on a side that knows it.
 */
export interface Incomparable {
  readonly what: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** One rule of a chain that was added, removed, put elsewhere among its neighbours, or changed in some options. */
export interface RuleEdit {
  readonly kind: "added" | "removed" | "moved" | "changed";
  readonly before: RulePlace | null;
  readonly after: RulePlace | null;
  /** Of a changed rule: the options that are others now. Empty where its syntax tells no options apart (nftables). */
  readonly options: readonly ChangedField[];
}

/** A rule as iptables-save prints it, without counters; `position` counts in its chain from 1, as iptables does. */
export interface RulePlace {
  readonly text: string;
  readonly position: number;
  readonly source: Source;
}

/** Where a chain is. `nftables` is nft's own rule set, `iptables-nft` the iptables that nft keeps. */
export interface ChainPlace {
  /** `host`, or the name of the container whose namespace it is. */
  readonly namespace: string;
  readonly family: 4 | 6 | "inet" | "arp" | "bridge" | "netdev";
  readonly backend: Backend | "nftables";
  readonly table: string;
  /** Of nftables also `set NAME` and `map NAME`, whose elements stand for rules. */
  readonly chain: string;
}

/** A chain whose rules, policy or existence differ. */
export interface ChainChange {
  readonly kind: "added" | "removed" | "changed";
  readonly place: ChainPlace;
  /** Where it was before, if that is another place now (its container or network was renamed or replaced); else null. */
  readonly formerly: ChainPlace | null;
  readonly policy: ChangedField | null;
  readonly edits: readonly RuleEdit[];
  /** All rules of the chain on each side, for a text diff in context. */
  readonly lines: { readonly before: readonly string[]; readonly after: readonly string[] };
}

/** All that differs between two hosts but for behaviour. */
export interface ThingChanges {
  readonly changes: readonly Change[];
  readonly chains: readonly ChainChange[];
  readonly incomparable: readonly Incomparable[];
}
