import { examples as addressPoolsNearlyExhausted } from "./addresses/address-pools-nearly-exhausted.examples.ts";
import { examples as dockerSubnetsOverlap } from "./addresses/docker-subnets-overlap.examples.ts";
import { examples as duplicateContainerIp } from "./addresses/duplicate-container-ip.examples.ts";
import { examples as endpointOutsideSubnet } from "./addresses/endpoint-outside-subnet.examples.ts";
import { examples as subnetNearlyFull } from "./addresses/subnet-nearly-full.examples.ts";
import { examples as subnetOverlapsHostNetwork } from "./addresses/subnet-overlaps-host-network.examples.ts";
import { examples as subnetShadowsRoute } from "./addresses/subnet-shadows-route.examples.ts";
import { examples as bridgePortLimit } from "./bridge/bridge-port-limit.examples.ts";
import { examples as bridgeStpEnabled } from "./bridge/bridge-stp-enabled.examples.ts";
import { examples as containerPortDetached } from "./bridge/container-port-detached.examples.ts";
import { examples as dockerIfaceManagedByHost } from "./bridge/docker-iface-managed-by-host.examples.ts";
import { examples as duplicateMac } from "./bridge/duplicate-mac.examples.ts";
import { examples as macvlanParentProblem } from "./bridge/macvlan-parent-problem.examples.ts";
import { examples as coexistingNetworkOwner } from "./coexistence/coexisting-network-owner.examples.ts";
import { examples as containerOwnFirewall } from "./connectivity/container-own-firewall.examples.ts";
import { examples as defaultGatewayOnUnexpectedNetwork } from "./connectivity/default-gateway-on-unexpected-network.examples.ts";
import { examples as directRoutingDroppedV28 } from "./connectivity/direct-routing-dropped-v28.examples.ts";
import { examples as dockerUserDropWithoutEstablished } from "./connectivity/docker-user-drop-without-established.examples.ts";
import { examples as forwardDropHitsOtherBridges } from "./connectivity/forward-drop-hits-other-bridges.examples.ts";
import { examples as inputBlocksContainerToHost } from "./connectivity/input-blocks-container-to-host.examples.ts";
import { examples as ipForwardingOff } from "./connectivity/ip-forwarding-off.examples.ts";
import { examples as ipv6DefaultRouteLost } from "./connectivity/ipv6-default-route-lost.examples.ts";
import { examples as listenerLoopbackOnly } from "./connectivity/listener-loopback-only.examples.ts";
import { examples as masqueradeMissing } from "./connectivity/masquerade-missing.examples.ts";
import { examples as otherNatClaimsPort } from "./connectivity/other-nat-claims-port.examples.ts";
import { examples as policyRoutingMissesDocker } from "./connectivity/policy-routing-misses-docker.examples.ts";
import { examples as publishedPortNotListening } from "./connectivity/published-port-not-listening.examples.ts";
import { examples as publishedPortUnserved } from "./connectivity/published-port-unserved.examples.ts";
import { examples as routedNetworkWithoutReturnPath } from "./connectivity/routed-network-without-return-path.examples.ts";
import { examples as swarmDataplaneProblem } from "./connectivity/swarm-dataplane-problem.examples.ts";
import { examples as uplinkSliceWithoutProxy } from "./connectivity/uplink-slice-without-proxy.examples.ts";
import { examples as embeddedDnsRulesMissing } from "./dns/embedded-dns-rules-missing.examples.ts";
import { examples as hostResolverUnusableByContainers } from "./dns/host-resolver-unusable-by-containers.examples.ts";
import { examples as resolverInsideDockerSubnet } from "./dns/resolver-inside-docker-subnet.examples.ts";
import { examples as bridgeAddressWrong } from "./drift/bridge-address-wrong.examples.ts";
import { examples as dnatShadowed } from "./drift/dnat-shadowed.examples.ts";
import { examples as dnatTargetStale } from "./drift/dnat-target-stale.examples.ts";
import { examples as dockerChainsMissing } from "./drift/docker-chains-missing.examples.ts";
import { examples as dockerJumpMissing } from "./drift/docker-jump-missing.examples.ts";
import { examples as endpointPortCountMismatch } from "./drift/endpoint-port-count-mismatch.examples.ts";
import { examples as leakedEndpointOrVeth } from "./drift/leaked-endpoint-or-veth.examples.ts";
import { examples as mixedEraDockerRules } from "./drift/mixed-era-docker-rules.examples.ts";
import { examples as networkBridgeMissing } from "./drift/network-bridge-missing.examples.ts";
import { examples as networkRulesIncomplete } from "./drift/network-rules-incomplete.examples.ts";
import { examples as orphanBridge } from "./drift/orphan-bridge.examples.ts";
import { examples as publishIpNotOnHost } from "./drift/publish-ip-not-on-host.examples.ts";
import { examples as rawDropHitsLiveContainer } from "./drift/raw-drop-hits-live-container.examples.ts";
import { examples as rulesForUnknownBridge } from "./drift/rules-for-unknown-bridge.examples.ts";
import type { Examples } from "./examples/example.ts";
import { examples as clientIpLostViaProxy } from "./exposure/client-ip-lost-via-proxy.examples.ts";
import { examples as directAccessUnprotected } from "./exposure/direct-access-unprotected.examples.ts";
import { examples as dockerUserRuleIneffective } from "./exposure/docker-user-rule-ineffective.examples.ts";
import { examples as dockerdTcpUnencrypted } from "./exposure/dockerd-tcp-unencrypted.examples.ts";
import { examples as hostFirewallBypassed } from "./exposure/host-firewall-bypassed.examples.ts";
import { examples as ipv6ContainersUnfiltered } from "./exposure/ipv6-containers-unfiltered.examples.ts";
import { examples as loopbackPublishL2Reachable } from "./exposure/loopback-publish-l2-reachable.examples.ts";
import { examples as masqueradeTooBroad } from "./exposure/masquerade-too-broad.examples.ts";
import { examples as routeLocalnetWide } from "./exposure/route-localnet-wide.examples.ts";
import { examples as sensitivePortPublishedAll } from "./exposure/sensitive-port-published-all.examples.ts";
import { examples as daemonIptablesDisabled } from "./firewall-backend/daemon-iptables-disabled.examples.ts";
import { examples as dockerTableDormant } from "./firewall-backend/docker-table-dormant.examples.ts";
import { examples as firewalldStrictOrReloadRisk } from "./firewall-backend/firewalld-strict-or-reload-risk.examples.ts";
import { examples as firewalldZoneMismatch } from "./firewall-backend/firewalld-zone-mismatch.examples.ts";
import { examples as foreignNftForwardDrop } from "./firewall-backend/foreign-nft-forward-drop.examples.ts";
import { examples as forwardTerminalBeforeDocker } from "./firewall-backend/forward-terminal-before-docker.examples.ts";
import { examples as iptablesLegacyNftSplit } from "./firewall-backend/iptables-legacy-nft-split.examples.ts";
import { examples as iptablesTableIncompatible } from "./firewall-backend/iptables-table-incompatible.examples.ts";
import { examples as nftBackendPrerequisites } from "./firewall-backend/nft-backend-prerequisites.examples.ts";
import { examples as bridgeNfOffButNeeded } from "./isolation/bridge-nf-off-but-needed.examples.ts";
import { examples as defaultBridgeInUse } from "./isolation/default-bridge-in-use.examples.ts";
import { examples as foreignPortOnDockerBridge } from "./isolation/foreign-port-on-docker-bridge.examples.ts";
import { examples as internalNetworkNotIsolated } from "./isolation/internal-network-not-isolated.examples.ts";
import { examples as mtuExceedsUplink } from "./mtu/mtu-exceeds-uplink.examples.ts";
import { examples as conntrackPressure } from "./performance/conntrack-pressure.examples.ts";
import type { CheckId } from "./registry.ts";
import { examples as bridgesInOtherNamespace } from "./snapshot/bridges-in-other-namespace.examples.ts";
import { examples as captureIncompleteOrSkewed } from "./snapshot/capture-incomplete-or-skewed.examples.ts";

/**
 * The examples of each check. They are much text, for tests, the catalogue and `explain` only: whoever needs them loads this file
 * when it comes to it, so that neither the command's start nor the page has them.
 */
export const examplesById: Readonly<Record<CheckId, Examples>> = {
  "docker-chains-missing": dockerChainsMissing,
  "docker-jump-missing": dockerJumpMissing,
  "forward-terminal-before-docker": forwardTerminalBeforeDocker,
  "network-rules-incomplete": networkRulesIncomplete,
  "masquerade-missing": masqueradeMissing,
  "masquerade-too-broad": masqueradeTooBroad,
  "rules-for-unknown-bridge": rulesForUnknownBridge,
  "dnat-target-stale": dnatTargetStale,
  "dnat-shadowed": dnatShadowed,
  "published-port-unserved": publishedPortUnserved,
  "raw-drop-hits-live-container": rawDropHitsLiveContainer,
  "mixed-era-docker-rules": mixedEraDockerRules,
  "daemon-iptables-disabled": daemonIptablesDisabled,
  "forward-drop-hits-other-bridges": forwardDropHitsOtherBridges,
  "docker-user-drop-without-established": dockerUserDropWithoutEstablished,
  "docker-user-rule-ineffective": dockerUserRuleIneffective,
  "input-blocks-container-to-host": inputBlocksContainerToHost,
  "coexisting-network-owner": coexistingNetworkOwner,
  "other-nat-claims-port": otherNatClaimsPort,
  "firewalld-zone-mismatch": firewalldZoneMismatch,
  "firewalld-strict-or-reload-risk": firewalldStrictOrReloadRisk,
  "host-firewall-bypassed": hostFirewallBypassed,
  "iptables-legacy-nft-split": iptablesLegacyNftSplit,
  "iptables-table-incompatible": iptablesTableIncompatible,
  "foreign-nft-forward-drop": foreignNftForwardDrop,
  "docker-table-dormant": dockerTableDormant,
  "nft-backend-prerequisites": nftBackendPrerequisites,
  "ip-forwarding-off": ipForwardingOff,
  "ipv6-default-route-lost": ipv6DefaultRouteLost,
  "policy-routing-misses-docker": policyRoutingMissesDocker,
  "bridge-nf-off-but-needed": bridgeNfOffButNeeded,
  "route-localnet-wide": routeLocalnetWide,
  "conntrack-pressure": conntrackPressure,
  "network-bridge-missing": networkBridgeMissing,
  "bridges-in-other-namespace": bridgesInOtherNamespace,
  "orphan-bridge": orphanBridge,
  "bridge-address-wrong": bridgeAddressWrong,
  "container-port-detached": containerPortDetached,
  "endpoint-port-count-mismatch": endpointPortCountMismatch,
  "leaked-endpoint-or-veth": leakedEndpointOrVeth,
  "docker-iface-managed-by-host": dockerIfaceManagedByHost,
  "bridge-stp-enabled": bridgeStpEnabled,
  "bridge-port-limit": bridgePortLimit,
  "foreign-port-on-docker-bridge": foreignPortOnDockerBridge,
  "duplicate-mac": duplicateMac,
  "subnet-overlaps-host-network": subnetOverlapsHostNetwork,
  "subnet-shadows-route": subnetShadowsRoute,
  "docker-subnets-overlap": dockerSubnetsOverlap,
  "resolver-inside-docker-subnet": resolverInsideDockerSubnet,
  "duplicate-container-ip": duplicateContainerIp,
  "endpoint-outside-subnet": endpointOutsideSubnet,
  "subnet-nearly-full": subnetNearlyFull,
  "address-pools-nearly-exhausted": addressPoolsNearlyExhausted,
  "publish-ip-not-on-host": publishIpNotOnHost,
  "sensitive-port-published-all": sensitivePortPublishedAll,
  "dockerd-tcp-unencrypted": dockerdTcpUnencrypted,
  "loopback-publish-l2-reachable": loopbackPublishL2Reachable,
  "direct-access-unprotected": directAccessUnprotected,
  "ipv6-containers-unfiltered": ipv6ContainersUnfiltered,
  "client-ip-lost-via-proxy": clientIpLostViaProxy,
  "internal-network-not-isolated": internalNetworkNotIsolated,
  "default-bridge-in-use": defaultBridgeInUse,
  "direct-routing-dropped-v28": directRoutingDroppedV28,
  "routed-network-without-return-path": routedNetworkWithoutReturnPath,
  "uplink-slice-without-proxy": uplinkSliceWithoutProxy,
  "default-gateway-on-unexpected-network": defaultGatewayOnUnexpectedNetwork,
  "embedded-dns-rules-missing": embeddedDnsRulesMissing,
  "host-resolver-unusable-by-containers": hostResolverUnusableByContainers,
  "mtu-exceeds-uplink": mtuExceedsUplink,
  "macvlan-parent-problem": macvlanParentProblem,
  "swarm-dataplane-problem": swarmDataplaneProblem,
  "capture-incomplete-or-skewed": captureIncompleteOrSkewed,
  "listener-loopback-only": listenerLoopbackOnly,
  "published-port-not-listening": publishedPortNotListening,
  "container-own-firewall": containerOwnFirewall,
};
