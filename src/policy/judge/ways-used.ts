import { representativeOutside } from "../../dataplane/outside-candidates.ts";
import { directWay, hostAddresses, type ServiceAddress, serviceAddresses } from "../../dataplane/service-addresses.ts";
import type { Dataplane } from "../../dataplane/types.ts";
import { sameAddress } from "../../lib/address.ts";
import { isLoopback, isPublic } from "../../lib/address-class.ts";
import type { Host } from "../../model/host.ts";
import { hostWord, namespaceNameOf } from "../../model/namespace-id.ts";
import type { Port } from "../../model/queries/services.ts";
import { originOf, type Peer } from "../select/peers.ts";

/** All ways by which a member may ask a target for a port, those that nobody would use included. */
export function allWays(dataplane: Dataplane, from: Peer, target: Peer, port: Port): readonly ServiceAddress[] {
  if (target.kind === "container")
    return serviceAddresses(dataplane, originOf(from), namespaceNameOf(target.name), port);
  if (target.kind === "host") return serviceAddresses(dataplane, originOf(from), hostWord, port);
  const anyone = ([4, 6] as const).map((family) => representativeOutside(dataplane, family));
  const addresses = target.kind === "address" ? [target.address] : anyone;
  return addresses.map((address) => directWay(address, port, null));
}

/**
 * Whether people use a way to reach somebody, as far as an `allow` is about it. Machines outside come to ports that are
 * published, to the host at an address of the interface they come by, and to containers whose addresses are meant for them.
 * The host uses any way, a container the addresses on networks; to the host it has any of the host's.
 */
export function isUsed(dataplane: Dataplane, from: Peer, target: Peer, way: ServiceAddress): boolean {
  const { host } = dataplane;
  if (target.kind === "address" || target.kind === "outside") return true;
  if (from.kind === "host" || originOf(from) === hostWord) return true;
  const isOutside = from.kind === "uplink" || (from.kind === "address" && from.isOutside);
  if (!isOutside) return way.kind === "direct";
  if (way.kind === "published") return !isLoopback(way.address);
  if (way.network !== hostWord) return isMeantForOutside(host, way);
  return (
    hostAddresses(dataplane).find(({ address }) => sameAddress(address, way.address))?.interface === originOf(from)
  );
}

/** An address on the outer network itself (macvlan, ipvlan), of a network that is routed and not translated, or a public one. */
function isMeantForOutside(host: Host, way: ServiceAddress): boolean {
  if (way.kind !== "direct") return false;
  if (isPublic(way.address)) return true;
  const network = host.networks.find(({ name }) => name === way.network);
  if (network === undefined) return false;
  const mode = network.options[`com.docker.network.bridge.gateway_mode_ipv${way.address.family}`];
  return network.driver === "macvlan" || network.driver === "ipvlan" || mode === "routed";
}

/** `192.0.2.10:8080 (published)`, `172.18.0.2:80 (on shop_front)`: a way as people read it. */
export function placeOf(
  way: Pick<ServiceAddress, "to"> &
    ({ readonly kind: "published" } | { readonly kind: "direct"; readonly network: string | null }),
): string {
  if (way.kind === "published") return `${way.to} (published)`;
  return way.network === null || way.network === hostWord ? way.to : `${way.to} (on ${way.network})`;
}
