import { formatAddress, formatPrefix } from "../lib/address.ts";
import { mergeSources } from "../lib/source.ts";
import type { Bridge, Network } from "../model/host.ts";
import type { NetworkLabel, NodeOf } from "../results/topology.ts";
import { addressLabel, type InterfaceContext, stateOf, vethStateOf } from "./interface-nodes.ts";

/** The node of a bridge, with `networks`, the Docker networks that are on it. */
export function bridgeNode(bridge: Bridge, networks: readonly Network[], context: InterfaceContext): NodeOf<"bridge"> {
  const iface = context.byName.get(bridge.name);
  return {
    type: "bridge",
    id: `bridge:${bridge.name}`,
    ...stateOf(bridge.name, iface),
    up: bridge.up,
    owner: bridge.owner,
    bridgeId: bridge.bridgeId,
    stp: bridge.stp,
    vlanFiltering: bridge.vlanFiltering,
    addresses: (iface?.addresses ?? []).map(addressLabel),
    addressesKnown: iface !== undefined && context.addressesKnown,
    defaultRoutes: context.defaultRoutes.get(bridge.name) ?? [],
    networks: networks.map(networkLabel),
    sources: bridge.sources,
  };
}

/** The node of one port of a bridge. */
export function portNode(name: string, bridge: string, context: InterfaceContext): NodeOf<"port"> {
  const iface = context.byName.get(name);
  const pairing = context.pairings.get(name);
  return {
    type: "port",
    id: `port:${name}`,
    ...vethStateOf(name, context),
    bridge,
    forwarding: iface?.port?.state ?? null,
    hairpin: iface?.port?.hairpin ?? null,
    isolated: iface?.port?.isolated ?? null,
    sources: mergeSources(iface?.sources ?? [], pairing?.sources ?? []),
  };
}

/** The node of a veth that is on no bridge. */
export function vethNode(name: string, context: InterfaceContext): NodeOf<"veth"> {
  const sources = mergeSources(context.byName.get(name)?.sources ?? [], context.pairings.get(name)?.sources ?? []);
  return { type: "veth", id: `veth:${name}`, ...vethStateOf(name, context), sources };
}

/** A Docker network as nodes show it. */
export function networkLabel(network: Network): NetworkLabel {
  const { id, name, driver, scope, mode, internal, inspected, parent, options, composeProject, sources } = network;
  return {
    id,
    name,
    driver,
    scope,
    mode,
    internal,
    ipv6: network.enableIPv6,
    inspected,
    subnets: network.subnets.map(({ subnet, gateway }) => ({
      subnet: formatPrefix(subnet),
      gateway: gateway && formatAddress(gateway),
    })),
    parent,
    options,
    composeProject,
    specialEndpoints: network.specialEndpoints.map((special) => ({
      name: special.name,
      ipv4: special.ipv4 && formatAddress(special.ipv4),
      ipv6: special.ipv6 && formatAddress(special.ipv6),
    })),
    sources,
  };
}
