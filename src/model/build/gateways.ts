import { type Address, contains, type PrefixedAddress, prefixAround } from "../../lib/address.ts";
import type { ReleaseRange } from "../../parsers/docker-network-inspect.ts";
import type { Interface, Network } from "../host.ts";

/** The gateway of an endpoint that a network lists, given its own address; null where it has none, or nothing tells. */
export type GatewayOf = (network: Network, own: PrefixedAddress) => Address | null;

/**
 * A network that was made with `--subnet` and no `--gateway` has no gateway in `docker network inspect` (moby,
 * daemon/network.go, buildIPAMResources prints what was asked for, not what was allocated): its bridge has it as address
 * (libnetwork/drivers/bridge/setup_ipv4_linux.go, setupGatewayIPv4). An internal network gives its containers none since 25.0
 * (libnetwork/drivers/bridge/bridge.go, Join at v24.0.9 and v25.0.0).
 */
export function gatewaysOf(interfaces: readonly Interface[], release: ReleaseRange): GatewayOf {
  const byName = new Map(interfaces.map((each) => [each.name, each]));
  return (network, own) => {
    if (network.internal && !givesGatewayInside(release)) return null;
    const prefix = prefixAround(own);
    const told = network.subnets.flatMap(({ gateway }) => gateway ?? []);
    const carried = (byName.get(network.bridge ?? "")?.addresses ?? []).map(({ address }) => address);
    return [...told, ...carried].find((address) => contains(prefix, address)) ?? null;
  };
}

/** Whether containers of an internal network have a default route: certain before 25.0 only. */
const givesGatewayInside = ({ before }: ReleaseRange): boolean => before !== null && before <= 25;
