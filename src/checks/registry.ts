import { addressPoolsNearlyExhausted } from "./addresses/address-pools-nearly-exhausted.ts";
import { dockerSubnetsOverlap } from "./addresses/docker-subnets-overlap.ts";
import { duplicateContainerIp } from "./addresses/duplicate-container-ip.ts";
import { endpointOutsideSubnet } from "./addresses/endpoint-outside-subnet.ts";
import { subnetNearlyFull } from "./addresses/subnet-nearly-full.ts";
import { subnetOverlapsHostNetwork } from "./addresses/subnet-overlaps-host-network.ts";
import { subnetShadowsRoute } from "./addresses/subnet-shadows-route.ts";
import { bridgePortLimit } from "./bridge/bridge-port-limit.ts";
import { bridgeStpEnabled } from "./bridge/bridge-stp-enabled.ts";
import { containerPortDetached } from "./bridge/container-port-detached.ts";
import { dockerIfaceManagedByHost } from "./bridge/docker-iface-managed-by-host.ts";
import { duplicateMac } from "./bridge/duplicate-mac.ts";
import { macvlanParentProblem } from "./bridge/macvlan-parent-problem.ts";
import type { Check } from "./check.ts";
import { coexistingNetworkOwner } from "./coexistence/coexisting-network-owner.ts";
import { containerOwnFirewall } from "./connectivity/container-own-firewall.ts";
import { defaultGatewayOnUnexpectedNetwork } from "./connectivity/default-gateway-on-unexpected-network.ts";
import { directRoutingDroppedV28 } from "./connectivity/direct-routing-dropped-v28.ts";
import { dockerUserDropWithoutEstablished } from "./connectivity/docker-user-drop-without-established.ts";
import { forwardDropHitsOtherBridges } from "./connectivity/forward-drop-hits-other-bridges.ts";
import { inputBlocksContainerToHost } from "./connectivity/input-blocks-container-to-host.ts";
import { ipForwardingOff } from "./connectivity/ip-forwarding-off.ts";
import { ipv6DefaultRouteLost } from "./connectivity/ipv6-default-route-lost.ts";
import { listenerLoopbackOnly } from "./connectivity/listener-loopback-only.ts";
import { masqueradeMissing } from "./connectivity/masquerade-missing.ts";
import { otherNatClaimsPort } from "./connectivity/other-nat-claims-port.ts";
import { policyRoutingMissesDocker } from "./connectivity/policy-routing-misses-docker.ts";
import { publishedPortNotListening } from "./connectivity/published-port-not-listening.ts";
import { publishedPortUnserved } from "./connectivity/published-port-unserved.ts";
import { routedNetworkWithoutReturnPath } from "./connectivity/routed-network-without-return-path.ts";
import { swarmDataplaneProblem } from "./connectivity/swarm-dataplane-problem.ts";
import { uplinkSliceWithoutProxy } from "./connectivity/uplink-slice-without-proxy.ts";
import { embeddedDnsRulesMissing } from "./dns/embedded-dns-rules-missing.ts";
import { hostResolverUnusableByContainers } from "./dns/host-resolver-unusable-by-containers.ts";
import { resolverInsideDockerSubnet } from "./dns/resolver-inside-docker-subnet.ts";
import { bridgeAddressWrong } from "./drift/bridge-address-wrong.ts";
import { dnatShadowed } from "./drift/dnat-shadowed.ts";
import { dnatTargetStale } from "./drift/dnat-target-stale.ts";
import { dockerChainsMissing } from "./drift/docker-chains-missing.ts";
import { dockerJumpMissing } from "./drift/docker-jump-missing.ts";
import { endpointPortCountMismatch } from "./drift/endpoint-port-count-mismatch.ts";
import { leakedEndpointOrVeth } from "./drift/leaked-endpoint-or-veth.ts";
import { mixedEraDockerRules } from "./drift/mixed-era-docker-rules.ts";
import { networkBridgeMissing } from "./drift/network-bridge-missing.ts";
import { networkRulesIncomplete } from "./drift/network-rules-incomplete.ts";
import { orphanBridge } from "./drift/orphan-bridge.ts";
import { publishIpNotOnHost } from "./drift/publish-ip-not-on-host.ts";
import { rawDropHitsLiveContainer } from "./drift/raw-drop-hits-live-container.ts";
import { rulesForUnknownBridge } from "./drift/rules-for-unknown-bridge.ts";
import { clientIpLostViaProxy } from "./exposure/client-ip-lost-via-proxy.ts";
import { directAccessUnprotected } from "./exposure/direct-access-unprotected.ts";
import { dockerUserRuleIneffective } from "./exposure/docker-user-rule-ineffective.ts";
import { dockerdTcpUnencrypted } from "./exposure/dockerd-tcp-unencrypted.ts";
import { hostFirewallBypassed } from "./exposure/host-firewall-bypassed.ts";
import { ipv6ContainersUnfiltered } from "./exposure/ipv6-containers-unfiltered.ts";
import { loopbackPublishL2Reachable } from "./exposure/loopback-publish-l2-reachable.ts";
import { masqueradeTooBroad } from "./exposure/masquerade-too-broad.ts";
import { routeLocalnetWide } from "./exposure/route-localnet-wide.ts";
import { sensitivePortPublishedAll } from "./exposure/sensitive-port-published-all.ts";
import { daemonIptablesDisabled } from "./firewall-backend/daemon-iptables-disabled.ts";
import { dockerTableDormant } from "./firewall-backend/docker-table-dormant.ts";
import { firewalldStrictOrReloadRisk } from "./firewall-backend/firewalld-strict-or-reload-risk.ts";
import { firewalldZoneMismatch } from "./firewall-backend/firewalld-zone-mismatch.ts";
import { foreignNftForwardDrop } from "./firewall-backend/foreign-nft-forward-drop.ts";
import { forwardTerminalBeforeDocker } from "./firewall-backend/forward-terminal-before-docker.ts";
import { iptablesLegacyNftSplit } from "./firewall-backend/iptables-legacy-nft-split.ts";
import { iptablesTableIncompatible } from "./firewall-backend/iptables-table-incompatible.ts";
import { nftBackendPrerequisites } from "./firewall-backend/nft-backend-prerequisites.ts";
import { bridgeNfOffButNeeded } from "./isolation/bridge-nf-off-but-needed.ts";
import { defaultBridgeInUse } from "./isolation/default-bridge-in-use.ts";
import { foreignPortOnDockerBridge } from "./isolation/foreign-port-on-docker-bridge.ts";
import { internalNetworkNotIsolated } from "./isolation/internal-network-not-isolated.ts";
import { mtuExceedsUplink } from "./mtu/mtu-exceeds-uplink.ts";
import { conntrackPressure } from "./performance/conntrack-pressure.ts";
import { bridgesInOtherNamespace } from "./snapshot/bridges-in-other-namespace.ts";
import { captureIncompleteOrSkewed } from "./snapshot/capture-incomplete-or-skewed.ts";

/** All checks, in the order of the catalogue. A new one is a file here and a line below. */
export const checks = [
  dockerChainsMissing,
  dockerJumpMissing,
  forwardTerminalBeforeDocker,
  networkRulesIncomplete,
  masqueradeMissing,
  masqueradeTooBroad,
  rulesForUnknownBridge,
  dnatTargetStale,
  dnatShadowed,
  publishedPortUnserved,
  rawDropHitsLiveContainer,
  mixedEraDockerRules,
  daemonIptablesDisabled,
  forwardDropHitsOtherBridges,
  dockerUserDropWithoutEstablished,
  dockerUserRuleIneffective,
  inputBlocksContainerToHost,
  coexistingNetworkOwner,
  otherNatClaimsPort,
  firewalldZoneMismatch,
  firewalldStrictOrReloadRisk,
  hostFirewallBypassed,
  iptablesLegacyNftSplit,
  iptablesTableIncompatible,
  foreignNftForwardDrop,
  dockerTableDormant,
  nftBackendPrerequisites,
  ipForwardingOff,
  ipv6DefaultRouteLost,
  policyRoutingMissesDocker,
  bridgeNfOffButNeeded,
  routeLocalnetWide,
  conntrackPressure,
  networkBridgeMissing,
  bridgesInOtherNamespace,
  orphanBridge,
  bridgeAddressWrong,
  containerPortDetached,
  endpointPortCountMismatch,
  leakedEndpointOrVeth,
  dockerIfaceManagedByHost,
  bridgeStpEnabled,
  bridgePortLimit,
  foreignPortOnDockerBridge,
  duplicateMac,
  subnetOverlapsHostNetwork,
  subnetShadowsRoute,
  dockerSubnetsOverlap,
  resolverInsideDockerSubnet,
  duplicateContainerIp,
  endpointOutsideSubnet,
  subnetNearlyFull,
  addressPoolsNearlyExhausted,
  publishIpNotOnHost,
  sensitivePortPublishedAll,
  dockerdTcpUnencrypted,
  loopbackPublishL2Reachable,
  directAccessUnprotected,
  ipv6ContainersUnfiltered,
  clientIpLostViaProxy,
  internalNetworkNotIsolated,
  defaultBridgeInUse,
  directRoutingDroppedV28,
  routedNetworkWithoutReturnPath,
  uplinkSliceWithoutProxy,
  defaultGatewayOnUnexpectedNetwork,
  embeddedDnsRulesMissing,
  hostResolverUnusableByContainers,
  mtuExceedsUplink,
  macvlanParentProblem,
  swarmDataplaneProblem,
  captureIncompleteOrSkewed,
  listenerLoopbackOnly,
  publishedPortNotListening,
  containerOwnFirewall,
] as const satisfies readonly Check[];

/** The id of a check. */
export type CheckId = (typeof checks)[number]["id"];
