import type { CaptureKind } from "../captures/kinds.ts";
import type { CaptureOk } from "../captures/snapshot.ts";
import { type BrctlBridge, brctlShow } from "./brctl-show.ts";
import { bridgeFdb, type FdbEntry } from "./bridge-fdb.ts";
import { type BridgePort, bridgeLink } from "./bridge-link.ts";
import { bridgeVlan, type PortVlans } from "./bridge-vlan.ts";
import { type DaemonJson, daemonJson } from "./daemon-json.ts";
import { type DockerInfo, dockerInfo } from "./docker-info.ts";
import { type DockerContainer, dockerInspect } from "./docker-inspect.ts";
import { type DockerNetwork, dockerNetworkInspect } from "./docker-network-inspect.ts";
import { dockerNetworkLs, type NetworkRow } from "./docker-network-ls.ts";
import { type ContainerRow, dockerPs } from "./docker-ps.ts";
import { type DockerVersion, dockerVersion } from "./docker-version.ts";
import { ipAddr, type Link } from "./ip-addr.ts";
import { ipNeigh, type Neighbour } from "./ip-neigh.ts";
import { ip6Route, ipRoute, type RouteEntry } from "./ip-route.ts";
import { ip6Rule, ipRule, type RoutingRule } from "./ip-rule.ts";
import { type IpSet, ipsetSave } from "./ipset-save.ts";
import { type IptablesSave, iptablesSave } from "./iptables-save.ts";
import { type NftRuleset, nftRuleset } from "./nft-ruleset.ts";
import type { Note, Parser } from "./parser.ts";
import { podmanNetworkInspect } from "./podman-network-inspect.ts";
import { type ResolvConf, resolvConf } from "./resolv-conf.ts";
import { type Listener, ssListen } from "./ss-listen.ts";
import { type Sysctl, sysctl } from "./sysctl.ts";

/** What each kind of capture is parsed into. */
interface ParsedData {
  "ip-addr": readonly Link[];
  "brctl-show": readonly BrctlBridge[];
  "docker-network-inspect": readonly DockerNetwork[];
  "iptables-save": IptablesSave;
  "ip6tables-save": IptablesSave;
  "iptables-legacy-save": IptablesSave;
  "ip6tables-legacy-save": IptablesSave;
  "iptables-nft-save": IptablesSave;
  "ip6tables-nft-save": IptablesSave;
  "nft-ruleset": NftRuleset;
  "ipset-save": readonly IpSet[];
  "ip-link": readonly Link[];
  "ip-route": readonly RouteEntry[];
  "ip6-route": readonly RouteEntry[];
  "ip-rule": readonly RoutingRule[];
  "ip6-rule": readonly RoutingRule[];
  "ip-neigh": readonly Neighbour[];
  "bridge-link": readonly BridgePort[];
  "bridge-fdb": readonly FdbEntry[];
  "bridge-vlan": readonly PortVlans[];
  sysctl: readonly Sysctl[];
  "ss-listen": readonly Listener[];
  "resolv-conf": ResolvConf;
  "resolved-conf": ResolvConf;
  "docker-version": DockerVersion | null;
  "docker-info": DockerInfo | null;
  "docker-network-ls": readonly NetworkRow[];
  "docker-ps": readonly ContainerRow[];
  "docker-inspect": readonly DockerContainer[];
  "daemon-json": DaemonJson | null;
  "podman-network-inspect": readonly DockerNetwork[];
}

/** The data that the parser of a kind makes. */
export type DataOf<K extends CaptureKind> = ParsedData[K];

/** The parser of each kind of capture. A new kind is a row in `captures/kinds.ts`, a type above and a line here. */
export const parsers: { readonly [K in CaptureKind]: Parser<ParsedData[K]> } = {
  "ip-addr": ipAddr,
  "brctl-show": brctlShow,
  "docker-network-inspect": dockerNetworkInspect,
  "iptables-save": iptablesSave,
  "ip6tables-save": iptablesSave,
  "iptables-legacy-save": iptablesSave,
  "ip6tables-legacy-save": iptablesSave,
  "iptables-nft-save": iptablesSave,
  "ip6tables-nft-save": iptablesSave,
  "nft-ruleset": nftRuleset,
  "ipset-save": ipsetSave,
  "ip-link": ipAddr,
  "ip-route": ipRoute,
  "ip6-route": ip6Route,
  "ip-rule": ipRule,
  "ip6-rule": ip6Rule,
  "ip-neigh": ipNeigh,
  "bridge-link": bridgeLink,
  "bridge-fdb": bridgeFdb,
  "bridge-vlan": bridgeVlan,
  sysctl: sysctl,
  "ss-listen": ssListen,
  "resolv-conf": resolvConf,
  "resolved-conf": resolvConf,
  "docker-version": dockerVersion,
  "docker-info": dockerInfo,
  "docker-network-ls": dockerNetworkLs,
  "docker-ps": dockerPs,
  "docker-inspect": dockerInspect,
  "daemon-json": daemonJson,
  "podman-network-inspect": podmanNetworkInspect,
};

/** One capture with its data: a union over the kinds, so that `kind` tells which data it is. */
export type ParsedCapture = {
  [K in CaptureKind]: {
    readonly kind: K;
    readonly capture: CaptureOk;
    readonly data: DataOf<K>;
    readonly notes: readonly Note[];
    readonly isBroken?: true;
  };
}[CaptureKind];
