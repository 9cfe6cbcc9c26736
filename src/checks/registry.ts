import { addressPoolsNearlyExhausted } from "./address-pools-nearly-exhausted.ts";
import { bridgeAddressWrong } from "./bridge-address-wrong.ts";
import { bridgeNfOffButNeeded } from "./bridge-nf-off-but-needed.ts";
import { bridgePortLimit } from "./bridge-port-limit.ts";
import { bridgeStpEnabled } from "./bridge-stp-enabled.ts";
import { bridgesInOtherNamespace } from "./bridges-in-other-namespace.ts";
import { captureIncompleteOrSkewed } from "./capture-incomplete-or-skewed.ts";
import type { Check } from "./check.ts";
import { clientIpLostViaProxy } from "./client-ip-lost-via-proxy.ts";
import { coexistingNetworkOwner } from "./coexisting-network-owner.ts";
import { conntrackPressure } from "./conntrack-pressure.ts";
import { containerOwnFirewall } from "./container-own-firewall.ts";
import { containerPortDetached } from "./container-port-detached.ts";
import { daemonIptablesDisabled } from "./daemon-iptables-disabled.ts";
import { defaultBridgeInUse } from "./default-bridge-in-use.ts";
import { defaultGatewayOnUnexpectedNetwork } from "./default-gateway-on-unexpected-network.ts";
import { directAccessUnprotected } from "./direct-access-unprotected.ts";
import { directRoutingDroppedV28 } from "./direct-routing-dropped-v28.ts";
import { dnatShadowed } from "./dnat-shadowed.ts";
import { dnatTargetStale } from "./dnat-target-stale.ts";
import { dockerChainsMissing } from "./docker-chains-missing.ts";
import { dockerIfaceManagedByHost } from "./docker-iface-managed-by-host.ts";
import { dockerJumpMissing } from "./docker-jump-missing.ts";
import { dockerSubnetsOverlap } from "./docker-subnets-overlap.ts";
import { dockerTableDormant } from "./docker-table-dormant.ts";
import { dockerUserDropWithoutEstablished } from "./docker-user-drop-without-established.ts";
import { dockerUserRuleIneffective } from "./docker-user-rule-ineffective.ts";
import { dockerdTcpUnencrypted } from "./dockerd-tcp-unencrypted.ts";
import { duplicateContainerIp } from "./duplicate-container-ip.ts";
import { duplicateMac } from "./duplicate-mac.ts";
import { embeddedDnsRulesMissing } from "./embedded-dns-rules-missing.ts";
import { endpointOutsideSubnet } from "./endpoint-outside-subnet.ts";
import { endpointPortCountMismatch } from "./endpoint-port-count-mismatch.ts";
import { firewalldStrictOrReloadRisk } from "./firewalld-strict-or-reload-risk.ts";
import { firewalldZoneMismatch } from "./firewalld-zone-mismatch.ts";
import { foreignNftForwardDrop } from "./foreign-nft-forward-drop.ts";
import { foreignPortOnDockerBridge } from "./foreign-port-on-docker-bridge.ts";
import { forwardDropHitsOtherBridges } from "./forward-drop-hits-other-bridges.ts";
import { forwardTerminalBeforeDocker } from "./forward-terminal-before-docker.ts";
import { hostFirewallBypassed } from "./host-firewall-bypassed.ts";
import { hostResolverUnusableByContainers } from "./host-resolver-unusable-by-containers.ts";
import { inputBlocksContainerToHost } from "./input-blocks-container-to-host.ts";
import { internalNetworkNotIsolated } from "./internal-network-not-isolated.ts";
import { ipForwardingOff } from "./ip-forwarding-off.ts";
import { iptablesLegacyNftSplit } from "./iptables-legacy-nft-split.ts";
import { iptablesTableIncompatible } from "./iptables-table-incompatible.ts";
import { ipv6ContainersUnfiltered } from "./ipv6-containers-unfiltered.ts";
import { ipv6DefaultRouteLost } from "./ipv6-default-route-lost.ts";
import { leakedEndpointOrVeth } from "./leaked-endpoint-or-veth.ts";
import { listenerLoopbackOnly } from "./listener-loopback-only.ts";
import { loopbackPublishL2Reachable } from "./loopback-publish-l2-reachable.ts";
import { macvlanParentProblem } from "./macvlan-parent-problem.ts";
import { masqueradeMissing } from "./masquerade-missing.ts";
import { masqueradeTooBroad } from "./masquerade-too-broad.ts";
import { mixedEraDockerRules } from "./mixed-era-docker-rules.ts";
import { mtuExceedsUplink } from "./mtu-exceeds-uplink.ts";
import { networkBridgeMissing } from "./network-bridge-missing.ts";
import { networkRulesIncomplete } from "./network-rules-incomplete.ts";
import { nftBackendPrerequisites } from "./nft-backend-prerequisites.ts";
import { orphanBridge } from "./orphan-bridge.ts";
import { otherNatClaimsPort } from "./other-nat-claims-port.ts";
import { policyRoutingMissesDocker } from "./policy-routing-misses-docker.ts";
import { publishIpNotOnHost } from "./publish-ip-not-on-host.ts";
import { publishedPortNotListening } from "./published-port-not-listening.ts";
import { publishedPortUnserved } from "./published-port-unserved.ts";
import { rawDropHitsLiveContainer } from "./raw-drop-hits-live-container.ts";
import { resolverInsideDockerSubnet } from "./resolver-inside-docker-subnet.ts";
import { routeLocalnetWide } from "./route-localnet-wide.ts";
import { routedNetworkWithoutReturnPath } from "./routed-network-without-return-path.ts";
import { rulesForUnknownBridge } from "./rules-for-unknown-bridge.ts";
import { sensitivePortPublishedAll } from "./sensitive-port-published-all.ts";
import { subnetNearlyFull } from "./subnet-nearly-full.ts";
import { subnetOverlapsHostNetwork } from "./subnet-overlaps-host-network.ts";
import { subnetShadowsRoute } from "./subnet-shadows-route.ts";
import { swarmDataplaneProblem } from "./swarm-dataplane-problem.ts";
import { uplinkSliceWithoutProxy } from "./uplink-slice-without-proxy.ts";

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
