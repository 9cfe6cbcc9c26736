import type { CaptureKind } from "../captures/kinds.ts";
import type { RuleSet } from "../firewall/rule-set.ts";
import type { Address, Prefix, PrefixedAddress } from "../lib/address.ts";
import type { Known } from "../lib/known.ts";
import type { Transport } from "../lib/protocol.ts";
import type { ScopedAddress } from "../lib/scoped-address.ts";
import type { Source } from "../lib/source.ts";
import type { ReleaseRange } from "../parsers/docker-network-inspect.ts";
import type { IpSet } from "../parsers/ipset-save.ts";
import type { NftRuleset } from "../parsers/nft-ruleset.ts";

// All shapes of a host in one place, longer than other files: whoever reads one of them mostly needs its neighbours.

/**
 * One Docker host, rebuilt from all captures of a snapshot. Plain data: names refer to things (a container by its name, a
 * network by its id, an interface by its name inside its namespace), and each thing carries the places it was read from.
 */
export interface Host {
  /** What tells it from other hosts: its host name where a capture tells it. */
  readonly name: string;
  readonly identity: HostIdentity;
  readonly engine: Engine;
  /** The host's own namespace. */
  readonly own: Namespace;
  /** A namespace for each container sandbox, in the order of the containers' names. */
  readonly sandboxes: readonly Namespace[];
  readonly bridges: readonly Bridge[];
  readonly networks: readonly Network[];
  readonly containers: readonly Container[];
  readonly publishedPorts: readonly PublishedPort[];
  /** Why there may be published ports that these do not hold; null where the engine itself lists them. */
  readonly publishedPortsGap: string | null;
  /** One for each veth of the host whose other end is in another namespace. */
  readonly pairings: readonly Pairing[];
  readonly contradictions: readonly Contradiction[];
  /** From which the engine takes subnets for networks without one, as `docker info` says; empty: its own defaults. */
  readonly addressPools: Known<readonly AddressPool[]>;
  readonly captures: readonly CaptureReport[];
}

/** `base` is cut into subnets with prefixes of `size` bits. */
export interface AddressPool {
  readonly base: Prefix;
  readonly size: number;
}

/** Who and when, as far as the snapshot says. Times are ISO 8601, as the manifest has them. */
export interface HostIdentity {
  readonly hostname: string | null;
  readonly kernel: string | null;
  readonly os: string | null;
  readonly takenAt: string | null;
  readonly collector: string | null;
  readonly uid: number | null;
}

/** The Docker Engine and those of its settings that bear on the network. */
export interface Engine {
  readonly version: string | null;
  /** Its major release, as far as the version tells, or what its networks look like: from this one, and before that one. */
  readonly release: ReleaseRange;
  readonly apiVersion: string | null;
  readonly rootless: boolean | null;
  /** What passes published ports in to a rootless engine; null where no capture says. */
  readonly rootlesskit: { readonly version: string | null; readonly portDriver: string | null } | null;
  readonly swarm: string | null;
  /** As `docker info` (29) or `daemon.json` says: `iptables`, `iptables+firewalld`, `nftables`. */
  readonly firewallBackend: string | null;
  /** Whether switched packets pass iptables, as `docker info` says; null where it does not. */
  readonly bridgeNfIptables: boolean | null;
  readonly bridgeNfIp6tables: boolean | null;
  /** Where the engine itself says that its API asks nobody for a certificate: `http://0.0.0.0:2375`. */
  readonly openApi: readonly string[];
  /** From `daemon.json`; null where that was not captured or does not say. */
  readonly settings: {
    readonly userlandProxy: boolean | null;
    readonly iptables: boolean | null;
    readonly ip6tables: boolean | null;
    readonly icc: boolean | null;
    /** Where ports are published that name no address. */
    readonly ip: Address | null;
    readonly ipv6: boolean | null;
    readonly dns: readonly ScopedAddress[];
    readonly allowDirectRouting: boolean | null;
    /** The addresses of the API on TCP: `tcp://0.0.0.0:2375`. */
    readonly tcpHosts: readonly string[];
    readonly tlsVerify: boolean | null;
    readonly liveRestore: boolean | null;
  };
  readonly sources: readonly Source[];
}

/** A network namespace: the host's, or a container sandbox with all the containers that share it. */
export interface Namespace {
  /** `host`, or the container that owns the sandbox, as `namespaceNameOf` writes it. */
  readonly name: string;
  readonly isHost: boolean;
  /** The container that the sandbox was made for, whether it still runs or not; null for the host's own. */
  readonly owner: string | null;
  /** Names of the containers in it, the owner first. In the host's: those with `--network host`. */
  readonly containers: readonly string[];
  readonly interfaces: Known<readonly Interface[]>;
  /** Whether the interfaces come with all their addresses: not where `ip a` is cut off or narrowed, or was not captured. */
  readonly addressesKnown: boolean;
  readonly routes: Known<readonly Route[]>;
  readonly routes6: Known<readonly Route[]>;
  readonly rules: Known<readonly PolicyRule[]>;
  readonly rules6: Known<readonly PolicyRule[]>;
  readonly neighbours: Known<readonly NeighbourEntry[]>;
  /** The forwarding databases of its bridges. */
  readonly forwarding: Known<readonly ForwardingEntry[]>;
  /** iptables rule sets by family: several when the legacy and the nft back end both hold rules. */
  readonly iptables: Known<RuleSets>;
  readonly ip6tables: Known<RuleSets>;
  readonly nftables: Known<NftRules>;
  readonly ipsets: Known<IpSets>;
  readonly sysctls: Known<Sysctls>;
  readonly listeners: Known<readonly ListeningSocket[]>;
  /** Why sockets of a protocol may listen that are not among the listeners: nobody asked for them, or the list is not whole. */
  readonly listenersLack: Readonly<Partial<Record<Transport, string>>>;
  readonly resolver: Known<Resolver>;
}

/** An interface as its own namespace shows it. */
export interface Interface {
  readonly name: string;
  readonly index: number;
  readonly altNames: readonly string[];
  /** `veth`, `bridge`, `vlan`, `macvlan`, `bond`, `dummy`, …: printed with `-d`, else concluded where that is certain; null otherwise. */
  readonly kind: string | null;
  readonly flags: readonly string[];
  readonly up: boolean;
  /** Whether the kernel sees a carrier (`LOWER_UP`). */
  readonly carrier: boolean;
  readonly operState: string | null;
  readonly mac: string | null;
  readonly mtu: number | null;
  /** The bridge, bond or VRF that it is enslaved to. */
  readonly master: string | null;
  /** The interface below or behind it: an index in another namespace, or a name in this one. */
  readonly peer:
    | { readonly kind: "index"; readonly index: number }
    | { readonly kind: "name"; readonly name: string }
    | null;
  readonly netnsId: number | null;
  readonly netnsName: string | null;
  /** Words of `ip -d`: `id` of a vlan, `mode` of a macvlan, `vlan_filtering` and `nf_call_iptables` of a bridge, … */
  readonly details: Readonly<Record<string, string>>;
  readonly addresses: readonly InterfaceAddress[];
  /** Null unless it is a port of a bridge and its settings were captured. */
  readonly port: PortSettings | null;
  readonly sources: readonly Source[];
}

export interface InterfaceAddress extends PrefixedAddress {
  readonly peer: PrefixedAddress | null;
  /** Where its link leads: the prefix around its peer, where it has one. */
  readonly prefix: Prefix;
  readonly scope: string | null;
  readonly flags: readonly string[];
  readonly sources: readonly Source[];
}

/** Settings of a bridge port, from `bridge -d link`, `ip -d link` or `bridge vlan`; null where not captured. */
export interface PortSettings {
  /** `forwarding`, `disabled`, `listening`, `learning`, `blocking` */
  readonly state: string | null;
  readonly hairpin: boolean | null;
  readonly isolated: boolean | null;
  readonly vlans:
    | readonly { readonly from: number; readonly to: number; readonly pvid: boolean; readonly untagged: boolean }[]
    | null;
}

export interface Route {
  readonly family: 4 | 6;
  readonly type:
    | "unicast"
    | "local"
    | "broadcast"
    | "multicast"
    | "anycast"
    | "blackhole"
    | "unreachable"
    | "prohibit"
    | "throw"
    | "nat";
  /** All addresses of the family for the default route. */
  readonly to: Prefix;
  readonly table: string;
  readonly protocol: string | null;
  readonly scope: string | null;
  /** The address that packets are sent from by it (`src`). */
  readonly preferredSource: Address | null;
  /** 0 where iproute2 prints none. */
  readonly metric: number;
  readonly nexthops: readonly {
    readonly via: Address | null;
    readonly device: string | null;
    readonly weight: number;
    readonly flags: readonly string[];
  }[];
  readonly sources: readonly Source[];
}

export interface PolicyRule {
  readonly family: 4 | 6;
  readonly priority: number;
  readonly not: boolean;
  readonly from: Prefix | null;
  readonly to: Prefix | null;
  readonly incomingInterface: string | null;
  readonly outgoingInterface: string | null;
  readonly mark: { readonly value: number; readonly mask: number } | null;
  readonly action:
    | { readonly kind: "lookup"; readonly table: string }
    | { readonly kind: "goto"; readonly priority: number }
    | { readonly kind: "blackhole" | "unreachable" | "prohibit" | "nop" };
  readonly suppressPrefixLength: number | null;
  /** Selectors that this program keeps but does not evaluate: whether such a rule matches is unknown. */
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly sources: readonly Source[];
}

export interface NeighbourEntry {
  readonly address: Address;
  readonly device: string;
  readonly mac: string | null;
  readonly state: string | null;
  readonly flags: readonly string[];
  readonly sources: readonly Source[];
}

/** A port of a bridge that a MAC address lies behind. */
export interface ForwardingEntry {
  readonly mac: string;
  readonly device: string;
  /** The bridge. */
  readonly master: string | null;
  readonly vlan: number | null;
  readonly flags: readonly string[];
  readonly sources: readonly Source[];
}

/** All iptables rule sets of one family, and what is known to exist beside them but was not captured. */
export interface RuleSets {
  readonly sets: readonly RuleSet[];
  readonly missing: readonly string[];
}

export interface NftRules {
  readonly file: string;
  readonly ruleset: NftRuleset;
}

export interface IpSets {
  readonly file: string;
  readonly sets: readonly IpSet[];
}

/** Kernel settings by key, as `sysctl` prints them. */
export type Sysctls = Readonly<Record<string, { readonly value: string; readonly sources: readonly Source[] }>>;

export interface ListeningSocket {
  readonly protocol: Transport | "other";
  readonly family: 4 | 6 | null;
  /** Null for all addresses of the family, or of both. */
  readonly address: Address | null;
  readonly interface: string | null;
  readonly port: number;
  readonly processes: readonly { readonly name: string; readonly pid: number }[];
  readonly sources: readonly Source[];
}

export interface Resolver {
  /** `embedded`: 127.0.0.11 of a user-defined network. `stub`: systemd-resolved's 127.0.0.53. `direct`: real servers. */
  readonly kind: "embedded" | "stub" | "direct" | "none";
  /** `rules`: resolv.conf was not captured, but rules lead to the embedded DNS. */
  readonly knownFrom: "resolv-conf" | "rules";
  readonly nameservers: readonly ScopedAddress[];
  readonly search: readonly string[];
  readonly options: readonly string[];
  /** Where an embedded or stub resolver forwards to, as far as the snapshot says. */
  readonly upstreams: readonly ScopedAddress[];
  /** The ports that the embedded DNS really listens on inside the container (its DNAT rules say so). */
  readonly embeddedPorts: { readonly tcp: number | null; readonly udp: number | null } | null;
  readonly sources: readonly Source[];
}

/** A Linux bridge of the host. */
export interface Bridge {
  readonly name: string;
  /** The network it belongs to; null for a bridge that no Docker network claims. */
  readonly networkId: string | null;
  /** `docker`: a network's. `leftover`: named like a network's, but no network claims it. `foreign`: somebody else's. */
  readonly owner: "docker" | "leftover" | "foreign";
  /** `8000.0242f0c749bd`, from brctl. */
  readonly bridgeId: string | null;
  readonly stp: boolean | null;
  /** Null when its interface is in no capture. */
  readonly up: boolean | null;
  readonly vlanFiltering: boolean | null;
  /** Names of the interfaces enslaved to it. */
  readonly ports: readonly string[];
  readonly sources: readonly Source[];
}

export interface Network {
  /** 64 hexadecimal digits; the first 12 when only `docker network ls` shows it. */
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly scope: string;
  /** Whether `docker network inspect` was captured for it; otherwise everything below is a default. */
  readonly inspected: boolean;
  readonly enableIPv4: boolean;
  readonly enableIPv6: boolean;
  readonly internal: boolean;
  readonly ingress: boolean;
  readonly attachable: boolean;
  readonly configOnly: boolean;
  readonly configFrom: string | null;
  readonly subnets: readonly {
    readonly family: 4 | 6;
    readonly subnet: Prefix;
    readonly gateway: Address | null;
    readonly ipRange: Prefix | null;
    readonly auxiliary: Readonly<Record<string, Address>>;
  }[];
  /** The bridge's interface name, for local networks of the bridge driver. */
  readonly bridge: string | null;
  /** The parent interface, for macvlan and ipvlan. */
  readonly parent: string | null;
  /** `bridge`, `private`, `vepa`, `passthru` of macvlan; `l2`, `l3`, `l3s` of ipvlan; `nat`, `routed`, `isolated`, `nat-unprotected` of a bridge. */
  readonly mode: string | null;
  readonly options: Readonly<Record<string, string>>;
  readonly composeProject: string | null;
  /** Endpoints without a running container behind them (`ep-…`), and swarm's own (`lb-…`, `ingress-sbox`). */
  readonly specialEndpoints: readonly {
    readonly key: string;
    readonly name: string;
    readonly ipv4: Address | null;
    readonly ipv6: Address | null;
    readonly sources: readonly Source[];
  }[];
  readonly sources: readonly Source[];
}

export interface Container {
  readonly name: string;
  /** Null when only a `netns/` folder tells of it. */
  readonly id: string | null;
  /** Null when no capture says. */
  readonly running: boolean | null;
  /** `container` (shares another's namespace), `host`, `none`, or `own`; null when not known. */
  readonly networkMode: "own" | "host" | "none" | "container" | null;
  /** The name of its namespace, where it has one. */
  readonly namespace: string | null;
  readonly pid: number | null;
  readonly startedAt: string | null;
  readonly hostname: string | null;
  readonly composeProject: string | null;
  readonly composeService: string | null;
  readonly endpoints: readonly Endpoint[];
  /** `80/tcp`: exposed by the image or on the command line, published or not. */
  readonly exposedPorts: readonly string[];
  readonly dns: readonly ScopedAddress[];
  readonly dnsSearch: readonly string[];
  readonly dnsOptions: readonly string[];
  readonly extraHosts: readonly string[];
  readonly links: readonly string[];
  readonly capAdd: readonly string[];
  readonly privileged: boolean | null;
  readonly sysctls: Readonly<Record<string, string>>;
  readonly sources: readonly Source[];
}

/** A container on a network. */
export interface Endpoint {
  readonly networkId: string;
  readonly endpointId: string | null;
  readonly mac: string | null;
  readonly ipv4: PrefixedAddress | null;
  readonly ipv6: PrefixedAddress | null;
  readonly gateway4: Address | null;
  readonly gateway6: Address | null;
  readonly aliases: readonly string[];
  readonly dnsNames: readonly string[];
  readonly gwPriority: number;
  /** The interface's name inside the container's namespace, where that was captured. */
  readonly interface: string | null;
  readonly sources: readonly Source[];
}

export interface PublishedPort {
  readonly container: string;
  readonly protocol: Transport;
  /** The unspecified one, `0.0.0.0` or `::`, for every address of the family. */
  readonly hostAddress: Address;
  readonly hostPort: number;
  readonly containerPort: number;
  /** `engine`: docker inspect or docker ps says so. `rules`: read back from the DNAT rules only. */
  readonly knownFrom: "engine" | "rules";
  readonly sources: readonly Source[];
}

/** How the container behind a host's veth was found, in falling order of certainty. */
export type PairingMethod =
  /** Both ends were captured, and each names the other's interface index. */
  | "both-ends"
  /** The endpoint's MAC address was learned on that bridge port. */
  | "forwarding-database"
  /** The neighbour table knows the endpoint's MAC address, and it was learned on that bridge port. */
  | "neighbour-table"
  /** All veths of one container share one netnsid: only this container is on just these bridges. */
  | "namespace-id"
  /** The only port of its bridge left for the only endpoint of its network left. */
  | "elimination";

export type Pairing = {
  /** The host's end. */
  readonly interface: string;
  /** Why this and not another, for a person. */
  readonly reason: string;
  readonly sources: readonly Source[];
} & (
  | {
      readonly kind: "paired";
      readonly container: string;
      /** Its end in the container's namespace; null where that was not captured. */
      readonly inside: string | null;
      readonly networkId: string | null;
      readonly method: PairingMethod;
      readonly certainty: "certain" | "strong";
    }
  | { readonly kind: "candidates"; readonly containers: readonly string[] }
  | { readonly kind: "unknown" }
);

/** Two captures that cannot both be true at one moment. Recorded, never resolved in silence. */
export interface Contradiction {
  readonly subject: string;
  readonly message: string;
  readonly sources: readonly Source[];
}

/** What became of one capture: the quality of the snapshot, and why something may be unknown. */
export interface CaptureReport {
  readonly kind: CaptureKind;
  readonly netns: string | null;
  readonly file: string;
  /** Where it begins in its file; for one of no lines that stands in a longer text, the line before it. */
  readonly firstLine: number;
  readonly state: "ok" | "failed" | "absent" | "replaced";
  /** Why it failed or is absent; of one that was read, what a person should know about it. */
  readonly why: string | null;
  readonly truncated: boolean;
  readonly notes: readonly { readonly line: number; readonly text: string; readonly why: string }[];
}
