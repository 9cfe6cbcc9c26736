import type { ConntrackEntry } from "../dataplane/conntrack.ts";
import type { Stack } from "../dataplane/types.ts";
import type { RuleStep } from "../firewall/outcome.ts";
import type { NumberRange, Tuple } from "../firewall/packet.ts";
import type { Hook } from "../firewall/rules.ts";
import type { Address } from "../lib/address.ts";
import type { Source } from "../lib/source.ts";
import { hostWord, type NamespaceKey } from "../model/namespace-id.ts";
import { joinReasons, type Reason, say } from "../reasons/reason.ts";

/** What a packet carries from namespace to namespace, and everything that is known of its way so far. A value: each step makes a new one. */
export interface PacketState {
  readonly family: 4 | 6;
  readonly header: Tuple;
  /** The question's packet as its sender sent it, which is what an answer has to fit; null before that. */
  readonly sent: Tuple | null;
  readonly icmp: { readonly type: number; readonly code: number } | null;
  readonly tcpFlags: number | null;
  /** TTL or hop limit. */
  readonly ttl: NumberRange;
  /** The type of service or traffic class byte. */
  readonly tos: number;
  /** Who owns the socket that sends it, for `-m owner`; null where that is not known, nobody (-1) for the kernel's own sockets. */
  readonly owner: { readonly uid: number; readonly gid: number } | "no-socket" | null;
  /** The firewall mark; it does not leave its namespace (net/core/skbuff.c, skb_scrub_packet). */
  readonly mark: number;
  /** The connections that each namespace's conntrack has seen. */
  readonly entries: ReadonlyMap<NamespaceKey, readonly ConntrackEntry[]>;
  /** The sets of each namespace that rules on the way have changed. */
  readonly changedSets: ReadonlyMap<NamespaceKey, readonly string[]>;
  /** What conntrack of the namespace that it is in holds of it; null before conntrack has seen it. */
  readonly tracked: Tracked | null;
  /** The packet belongs to a connection that was there before the question. */
  readonly established: boolean;
  /** The mark with which a hook of its sender asked for the way out anew; null when none did. */
  readonly reroutedBy: number | null;
  /** It is an ICMP error about the connection, which conntrack calls related; `source` where it is not the packet's destination. */
  readonly icmpError: { readonly type: number; readonly code: number; readonly source: Address | null } | null;
  readonly steps: readonly Step[];
  /** Why this is only one of several possible ways. */
  readonly because: readonly Reason[];
  readonly assumes: readonly Reason[];
  /** Namespaces and bridges passed; bounded, so that a loop ends. */
  readonly hops: number;
}

/**
 * A packet's connection: its place among the namespace's entries, and the packet's direction in it. `related`: it only tells of
 * the connection, an ICMP error or the reset that REJECT sends.
 */
export type Tracked =
  | {
      readonly kind: "entry";
      readonly index: number;
      readonly direction: "original" | "reply";
      readonly related: boolean;
    }
  | { readonly kind: "untracked" | "invalid" };

/** Whether something happens on the host itself: not inside a container, and not outside. */
export const isOnHost = ({ namespace }: Pick<Step, "namespace">): boolean => namespace === hostWord;

/** One line of the packet's way. */
export interface Step {
  readonly kind: "send" | "receive" | "route" | "hook" | "rewrite" | "switch" | "proxy" | "return" | "end";
  readonly namespace: string;
  readonly text: string;
  /** The interface that it passes here: of a way out the one it leaves by, of a switched packet the bridge. */
  readonly interface?: string;
  /** The ports of the bridge that it passes, in that order, as far as they are known. */
  readonly ports?: readonly string[];
  /** The address of the next router. */
  readonly gateway?: string;
  /** The kernel setting that decided. */
  readonly setting?: string;
  readonly sources: readonly Source[];
  /** For a hook: where and what its rules did. */
  readonly hook?: {
    readonly hook: Hook;
    readonly table: string;
    readonly chain: string;
    readonly verdict: string;
    readonly rules: readonly RuleStep[];
  };
}

/** Where a packet ended. */
export type Disposition =
  /** A namespace took it in as its own. */
  | { readonly kind: "local"; readonly stack: Stack; readonly incoming: string }
  /** It left towards machines that the snapshot does not show. */
  | { readonly kind: "outside"; readonly interface: string; readonly segment: string }
  /** `atSender`: by the rules of the sender's own namespace, on the way out. */
  | { readonly kind: "dropped"; readonly why: Reason; readonly atSender: boolean }
  /** `port`: the bridge port it came by, when the bridge had called iptables. */
  | {
      readonly kind: "rejected";
      readonly with: string;
      readonly why: Reason;
      readonly stack: Stack;
      readonly port: string | null;
      readonly atSender: boolean;
    }
  /** `loud`: the sender is told at once. `error`: by this ICMP packet, which still has to reach it. */
  | {
      readonly kind: "unroutable";
      readonly reason: UnroutableReason;
      readonly why: Reason;
      readonly loud: boolean;
      readonly error?: { readonly stack: Stack; readonly type: number; readonly code: number } | undefined;
    }
  | { readonly kind: "unknown"; readonly why: Reason };

export type UnroutableReason =
  | "no-route"
  | "blackhole"
  | "unreachable"
  | "prohibited"
  | "forwarding-off"
  | "no-neighbour"
  | "no-address"
  | "martian"
  | "reverse-path"
  | "link-down"
  | "loop"
  | "ttl-expired"
  | "misrouted";

/** A packet with its disposition. */
export interface PathEnd {
  readonly packet: PacketState;
  readonly disposition: Disposition;
}

export function withStep(packet: PacketState, step: Step): PacketState {
  return { ...packet, steps: [...packet.steps, step] };
}

export function endPath(
  packet: PacketState,
  namespace: string,
  disposition: Disposition,
  sources: readonly Source[] = [],
  text: string = "why" in disposition ? say(disposition.why) : disposition.kind,
): PathEnd {
  return { packet: withStep(packet, { kind: "end", namespace, text, ...placeOf(disposition), sources }), disposition };
}

/** What a way's end names beside its words. */
function placeOf(disposition: Disposition): Pick<Step, "interface" | "setting"> {
  if (disposition.kind === "outside") return { interface: disposition.interface };
  const why = "why" in disposition ? disposition.why : null;
  return why !== null && "setting" in why && why.setting !== null ? { setting: why.setting } : {};
}

/** The packet with further doubts and assumptions, each once. */
export function withDoubts(
  packet: PacketState,
  because: readonly Reason[],
  assumes: readonly Reason[] = [],
): PacketState {
  if (because.length === 0 && assumes.length === 0) return packet;
  const doubts = joinReasons(packet.because, because);
  const assumed = joinReasons(packet.assumes, assumes);
  return doubts === packet.because && assumed === packet.assumes
    ? packet
    : { ...packet, because: doubts, assumes: assumed };
}
