import type { CompiledRules, Hook } from "../firewall/rules.ts";
import type { Tri } from "../firewall/tri.ts";
import type { Address } from "../lib/address.ts";
import type { Known } from "../lib/known.ts";
import type { Source } from "../lib/source.ts";
import type { Host, InterfaceAddress, ListeningSocket, Namespace, PolicyRule, Route } from "../model/host.ts";
import type { NamespaceKey } from "../model/namespace-id.ts";
import type { IpSet } from "../parsers/ipset-save.ts";
import type { Reason } from "../reasons/reason.ts";
import type { LinkChain } from "./link-chains.ts";

/** Which namespace's stack is meant. */
export interface StackRef {
  readonly key: NamespaceKey;
  /** `host`, or the container that owns the sandbox, as `namespaceNameOf` writes it. */
  readonly name: string;
  /** Whether it is a host's own. */
  readonly isHost: boolean;
}

/** The network stack of one namespace, made ready for questions: addresses as numbers, rules compiled, gaps filled and named. */
export interface Stack extends StackRef {
  /** The container that the sandbox was made for; null for a host's own. */
  readonly owner: string | null;
  /** The containers in it, the owner first. */
  readonly names: readonly string[];
  readonly interfaces: ReadonlyMap<string, StackInterface>;
  readonly routes: { readonly 4: readonly Route[]; readonly 6: readonly Route[] };
  readonly rules: { readonly 4: readonly PolicyRule[]; readonly 6: readonly PolicyRule[] };
  readonly firewall: { readonly 4: StackFirewall; readonly 6: StackFirewall };
  /** Rules below the IP layer, which are not evaluated. */
  readonly linkChains: { readonly 4: readonly LinkChain[]; readonly 6: readonly LinkChain[] };
  /** The sets by name; null when they were not captured. */
  readonly ipsets: ReadonlyMap<string, IpSet> | null;
  /** The value of a kernel setting, or null when it is not in the snapshot. */
  readonly sysctl: (key: string) => string | null;
  /** Whether the routes are all there are; otherwise they are those that follow from the addresses. */
  readonly routesKnown: { readonly 4: boolean; readonly 6: boolean };
  /** Whether the engine lets loopback addresses in by this interface: it does on its bridges when no docker-proxy runs. */
  readonly routesLocalnet: (interfaceName: string) => boolean;
  readonly listeners: Known<readonly ListeningSocket[]>;
  readonly listenersLack: Namespace["listenersLack"];
  /** The addresses for which it answers its neighbours on an interface, though they are not its own (`ip neigh add proxy`). */
  readonly proxied: readonly { readonly address: Address; readonly device: string }[];
  /** What had to be assumed to have this stack at all; part of every answer whose packet passes through it. */
  readonly assumes: readonly Reason[];
}

export interface StackInterface {
  readonly name: string;
  readonly up: boolean;
  readonly carrier: boolean;
  readonly isLoopback: boolean;
  readonly mac: string | null;
  /** In the kernel's order. */
  readonly addresses: readonly InterfaceAddress[];
  /** The link it is on, by its id; null when it leads nowhere. */
  readonly segment: string | null;
  readonly sources: readonly Source[];
}

export interface StackFirewall {
  readonly firewall: CompiledRules;
  /** The hooks that call rules which are not among these, and why they are not: what happens there is unknown. */
  readonly unknown: ReadonlyMap<Hook, Reason>;
  /** What is assumed about rules that were not captured. */
  readonly assumes: readonly Reason[];
}

/** A link-layer network: a bridge with its ports, what is behind an uplink, a macvlan's parent. */
export interface Segment {
  readonly id: string;
  readonly kind: "bridge" | "uplink";
  /** The interface of the host that it is named after. */
  readonly interface: string;
  readonly members: readonly Member[];
  /** Whether machines that the snapshot does not show may be on it, and through which interface. */
  readonly outside: string | null;
  /** The ports, for a person, behind one of which a namespace of this host is that no capture shows; null where there is none. */
  readonly unseen: string | null;
  /** Whether such machines may as well be behind another of its ports. */
  readonly hasOtherDoors: boolean;
  /** Whether switched IPv4 and IPv6 traffic passes the host's iptables (bridge-nf-call-iptables, -ip6tables). */
  readonly callsIptables: { readonly 4: Tri; readonly 6: Tri };
  readonly vlanFiltering: boolean;
  /** What had to be assumed about it; part of every answer whose packet it switches. */
  readonly assumes: readonly Reason[];
  readonly sources: readonly Source[];
}

/** An interface of a namespace on a segment. */
export interface Member {
  readonly stack: StackRef;
  readonly interface: string;
  /** The host's end, for a container on a bridge; null when it was not found out. */
  readonly port: string | null;
  /** Whether frames pass: false for a port that is down or was taken off its bridge. */
  readonly attached: Tri;
  readonly isolated: boolean;
  readonly hairpin: boolean;
  readonly pvid: number | null;
  /** `parent`: the interface that macvlan or ipvlan children share; `child`: one of them. Parent and children never hear each other. */
  readonly role: "parent" | "child" | "plain";
  readonly sources: readonly Source[];
}

/** Everything that questions are asked of. */
export interface Dataplane {
  /** What it was built from. */
  readonly host: Host;
  /** The host's own stack. */
  readonly own: Stack;
  readonly stacks: ReadonlyMap<NamespaceKey, Stack>;
  readonly segments: ReadonlyMap<string, Segment>;
}
