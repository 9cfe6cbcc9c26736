import { type Address, type Prefix, parseAddress, parsePrefix } from "../../lib/address.ts";
import { type Known, known, unknown } from "../../lib/known.ts";
import type { Nexthop, RouteEntry } from "../../parsers/ip-route.ts";
import type { NeighbourEntry, PolicyRule, Route } from "../host.ts";
import type { Captured } from "./captured.ts";
import { sourceOf } from "./captured.ts";
import { mergeSame } from "./merge-same.ts";

/**
 * The routes of one family. `ip route show table all` lists both families, `ip -6 route` only IPv6: a route that stands in
 * both is one route with two sources.
 */
export function buildRoutes(captured: Captured, netns: string | null, family: 4 | 6): Known<readonly Route[]> {
  const own = family === 4 ? "ip-route" : "ip6-route";
  const listings = [...captured.all("ip-route", netns), ...captured.all("ip6-route", netns)];
  const routes: RouteText[] = [];
  for (const listing of listings) {
    for (const entry of listing.data) {
      if (entry.family !== family) continue;
      const { line: _, attributes: __, ...facts } = entry;
      routes.push({
        ...facts,
        metric: entry.metric ?? 0,
        nexthops: entry.nexthops.map((hop) => ({ ...hop, weight: hop.weight ?? 1 })),
        sources: [sourceOf(listing, entry)],
      });
    }
  }
  const listed = captured.all(own, netns).length > 0 || routes.length > 0;
  return listed ? known(mergeSame(routes).flatMap(toRoute)) : unknown(captured.why(own, netns), own);
}

/** A route as it was read: prefix and addresses are texts, which the parser has made canonical. */
type RouteText = Omit<Route, "to" | "preferredSource" | "nexthops"> &
  Pick<RouteEntry, "to" | "source"> & {
    readonly nexthops: readonly (Omit<Route["nexthops"][number], "via"> & Pick<Nexthop, "via">)[];
  };

function toRoute({ to: text, source, nexthops, ...rest }: RouteText): readonly Route[] {
  const to = parsePrefix(text);
  if (to === null) return [];
  return [
    {
      ...rest,
      to,
      preferredSource: addressOrNull(source),
      nexthops: nexthops.map(({ via, device, weight, flags }) => ({ via: addressOrNull(via), device, weight, flags })),
    },
  ];
}

/** The policy routing rules of one family. */
export function buildPolicyRules(
  captured: Captured,
  netns: string | null,
  family: 4 | 6,
): Known<readonly PolicyRule[]> {
  return captured.known(family === 4 ? "ip-rule" : "ip6-rule", netns, (listings) =>
    mergeSame(
      listings
        .flatMap((listing) =>
          listing.data.map(({ line, ...rule }) => ({ ...rule, sources: [sourceOf(listing, { line })] })),
        )
        .filter((rule) => rule.family === family),
    ).map((rule) => ({ ...rule, from: prefixOrNull(rule.from), to: prefixOrNull(rule.to) })),
  );
}

/** The neighbour (ARP and NDP) table. */
export function buildNeighbours(captured: Captured, netns: string | null): Known<readonly NeighbourEntry[]> {
  return captured.known("ip-neigh", netns, (listings) =>
    mergeSame(
      listings.flatMap((listing) =>
        listing.data.map(({ line, ...entry }) => ({ ...entry, sources: [sourceOf(listing, { line })] })),
      ),
    ).flatMap(({ address: text, ...entry }) => {
      const address = parseAddress(text);
      return address === null ? [] : [{ ...entry, address }];
    }),
  );
}

const addressOrNull = (text: string | null): Address | null => (text === null ? null : parseAddress(text));

const prefixOrNull = (text: string | null): Prefix | null => (text === null ? null : parsePrefix(text));
