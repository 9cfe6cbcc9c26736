import { contains, familyOf, parseAddress, parsePrefix } from "../../lib/address.ts";
import { sortedBy } from "../../lib/order.ts";
import type { AddressLabel, NodeOf } from "../../results/topology.ts";
import type { Style } from "./style.ts";

/** `up`, `down`, or what keeps it from carrying anything. */
export function stateWord({ up, carrier }: Pick<NodeOf<"port">, "up" | "carrier">, style: Style): string {
  if (up === null) return style.warn("state not captured");
  if (!up) return style.bad("down");
  return carrier === false ? style.warn("no carrier") : style.good("up");
}

/** Addresses with their prefix lengths, without the link-local ones that every interface has. */
export function addressWords(addresses: readonly AddressLabel[], style: Style): string[] {
  const routable = addresses.filter(({ scope }) => scope !== "link");
  return routable.map(({ address, prefixLength }) => style.plain(`${address}/${prefixLength}`));
}

export function subnetWords(subnets: NodeOf<"network">["network"]["subnets"], style: Style): string[] {
  return subnets.map(({ subnet, gateway }) => subnetWord(subnet, gateway, style));
}

const subnetWord = (subnet: string, gateway: string | null, style: Style): string =>
  style.plain(subnet) + (gateway === null ? "" : style.quiet(` gw ${gateway}`));

/**
 * The subnets of a bridge's networks, IPv4 first, each with the address that the bridge has in it: that is the gateway of
 * its containers. `placed` are those addresses.
 */
export function subnetsOfBridge(bridge: NodeOf<"bridge">, own: readonly AddressLabel[], style: Style) {
  const placed = new Set<AddressLabel>();
  const networks = bridge.networks.flatMap(({ subnets, mode }) => subnets.map((each) => ({ ...each, mode })));
  const words = sortedBy(networks, ({ subnet }) => familyOf(subnet)).map(({ subnet, gateway, mode }) => {
    const prefix = parsePrefix(subnet);
    const inside = own.filter(({ address }) => {
      const parsed = parseAddress(address);
      return prefix !== null && parsed !== null && contains(prefix, parsed);
    });
    const at = inside.find(({ address }) => address === gateway) ?? inside[0];
    if (at !== undefined) placed.add(at);
    if (at !== undefined) return style.plain(subnet) + style.quiet(` gw ${at.address}`);
    // Without its interface nothing is known of its addresses; in isolated mode it has none on purpose.
    if (!bridge.addressesKnown || mode === "isolated") return subnetWord(subnet, gateway, style);
    return `${style.plain(subnet)} ${style.warn("no address")}`;
  });
  return { words, placed };
}

/** The routers that default routes lead to; a metric only where it decides between routes of one family. */
export function routeWords(routes: NodeOf<"interface">["defaultRoutes"], style: Style): string {
  if (routes.length === 0) return "";
  const words = routes.map(({ family, via, metric }) => {
    const decides = routes.filter((other) => other.family === family).length > 1;
    return `${via ?? "the link itself"}${decides ? ` (metric ${metric})` : ""}`;
  });
  return style.quiet(`default via ${words.join(", ")}`);
}
