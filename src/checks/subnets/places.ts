import { type Address, prefixAround } from "../../lib/address.ts";
import { isLinkLocal } from "../../lib/address-class.ts";
import type { Host, Interface, InterfaceAddress, Network } from "../../model/host.ts";
import { foreignPorts } from "../../model/queries/docker-bridges.ts";
import { hostInterfaces } from "../../model/queries/whole-lists.ts";
import type { PlacedPrefix } from "./prefix-overlaps.ts";

/** The subnets of a network, each with it. */
export function subnetsOf(network: Network): readonly PlacedPrefix<Network>[] {
  return network.subnets.map(({ subnet }) => ({ prefix: subnet, of: network }));
}

/** An address of an interface with the prefix that it makes the kernel route there. */
export interface OwnAddress {
  readonly link: Interface;
  readonly address: InterfaceAddress;
}

/** The addresses that interfaces bring routes for: not the loopback's, and none that is only valid on its link. */
export function ownPrefixes(host: Host): readonly PlacedPrefix<OwnAddress>[] {
  return [...hostInterfaces(host).values()].flatMap((link) =>
    link.flags.includes("LOOPBACK")
      ? []
      : link.addresses
          .filter(({ address }) => !isLinkLocal(address))
          .map((address) => ({ prefix: prefixAround(address), of: { link, address } })),
  );
}

/**
 * The networks whose subnets are Docker's alone: local bridges that lead nowhere else. A bridge with a network card as a port, or
 * one that the engine gives no address, shares the subnet of a real network on purpose.
 */
export function privateNetworks(host: Host): readonly Network[] {
  const links = hostInterfaces(host);
  const bridges = new Map(host.bridges.map((each) => [each.name, each]));
  return host.networks.filter(
    ({ inspected, bridge, options }) =>
      inspected &&
      bridge !== null &&
      options["com.docker.network.bridge.inhibit_ipv4"] !== "true" &&
      foreignPorts(bridges.get(bridge) ?? null, links).length === 0,
  );
}

/** The gateway as the engine would choose it: the one of the network, else the subnet's first address (libnetwork, ipam). */
export const gatewayOf = ({ subnet, gateway }: Network["subnets"][number]): Address =>
  gateway ?? { ...subnet.address, value: subnet.address.value + 1n };
