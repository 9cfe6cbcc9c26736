import type { AddressLabel, NodeOf } from "../../topology/topology.ts";
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
  return subnets.map(
    ({ subnet, gateway }) => style.plain(subnet) + (gateway === null ? "" : style.quiet(` gateway ${gateway}`)),
  );
}

export function routeWords(routes: NodeOf<"interface">["defaultRoutes"], style: Style): string[] {
  return routes.map(({ via, metric }) =>
    style.quiet(`default${via === null ? "" : ` via ${via}`}${metric === 0 ? "" : ` metric ${metric}`}`),
  );
}
