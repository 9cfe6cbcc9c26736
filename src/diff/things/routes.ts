import { formatAddress, formatPrefix, isDefault } from "../../lib/address.ts";
import type { Route } from "../../model/host.ts";
import type { Change } from "../change.ts";
import { type Comparer, compareList, inOrder } from "../compare-list.ts";
import type { NamespaceOnSide, NamespacePair, Sides } from "../match/sides.ts";

/** Routes of all namespaces, but for those that the kernel makes with each address and each link. */
export function compareRoutes({ places }: Sides): Change[] {
  return places.flatMap((place) => {
    const [before, after] = [routesOf(place.before), routesOf(place.after)];
    const implied = impliedBy(place);
    return compareList(
      place,
      before.filter((route) => !implied(route, place.before, place.after)),
      after.filter((route) => !implied(route, place.after, place.before)),
      comparer,
    );
  });
}

const routesOf = (inside: NamespaceOnSide): Route[] =>
  [inside.namespace.routes, inside.namespace.routes6]
    .flatMap((routes) => (routes.known ? routes.value : []))
    .filter((route) => !isAutomatic(route));

/** What fib_add_ifaddr and addrconf make: table local, link-local prefixes and multicast of every link (net/ipv4, net/ipv6). */
function isAutomatic({ table, protocol, to, type, family }: Route): boolean {
  if (protocol !== "kernel") return false;
  const text = formatPrefix(to);
  return table === "local" || (family === 6 && (type === "multicast" || text === "fe80::/64" || text === "ff00::/8"));
}

/** Whether a connected route is there only because its interface has an address there that it has not on the other side. */
function impliedBy({
  before,
  after,
}: NamespacePair): (route: Route, here: NamespaceOnSide, there: NamespaceOnSide) => boolean {
  const prefixes = new Map([before, after].map((inside) => [inside, prefixesOf(inside)]));
  return (route, here, there) => {
    if (route.protocol !== "kernel" || !here.namespace.addressesKnown || !there.namespace.addressesKnown) return false;
    const device = route.nexthops[0]?.device;
    if (device == null) return false;
    const key = `${here.interfaceLabel(device)} ${formatPrefix(route.to)}`;
    return prefixes.get(here)?.has(key) === true && prefixes.get(there)?.has(key) === false;
  };
}

function prefixesOf({ namespace: { interfaces }, interfaceLabel: iface }: NamespaceOnSide): ReadonlySet<string> {
  const ifaces = interfaces.known ? interfaces.value : [];
  return new Set(
    ifaces.flatMap(({ name, addresses }) => addresses.map(({ prefix }) => `${iface(name)} ${formatPrefix(prefix)}`)),
  );
}

type NextHop = Route["nexthops"][number];

/** As ip prints it: `default via 192.168.50.1 dev eth0`. */
function describeRoute(
  { type, to, table, metric, nexthops, family }: Route,
  { interfaceName }: NamespaceOnSide,
): string {
  const [hop, ...more] = nexthops;
  const where =
    more.length > 0 ? `over ${nexthops.length} next hops` : hop === undefined ? "" : sayHop(hop, interfaceName);
  return [
    ...(type === "unicast" ? [] : [type]),
    isDefault(to) ? (family === 6 ? "default (IPv6)" : "default") : formatPrefix(to),
    ...(where === "" ? [] : [where]),
    ...(table === "main" ? [] : [`table ${table}`]),
    ...(metric === 0 ? [] : [`metric ${metric}`]),
  ].join(" ");
}

const sayHop = ({ via, device }: NextHop, iface: (name: string) => string): string =>
  [...(via === null ? [] : [`via ${formatAddress(via)}`]), ...(device === null ? [] : [`dev ${iface(device)}`])].join(
    " ",
  );

/** A next hop is not in use when its link has no carrier (`linkdown`) or it is down (`dead`). */
const isIdle = (flag: string): boolean => flag === "linkdown" || flag === "dead";

const identity = ({ family, table, type, to, metric }: Route): string =>
  JSON.stringify([family, table, type, formatPrefix(to), metric]);

const allHops = ({ nexthops }: Route, iface: (name: string) => string): string | null =>
  inOrder(
    nexthops.map((hop) =>
      nexthops.length > 1 && hop.weight !== 1 ? `${sayHop(hop, iface)} weight ${hop.weight}` : sayHop(hop, iface),
    ),
  );

const comparer: Comparer<Route> = {
  kind: "route",
  listedBy: ["ip-route", "ip6-route"],
  keyOf: (route, { interfaceLabel: iface }) => `${identity(route)} ${allHops(route, iface)}`,
  successorOf: identity,
  nameOf: describeRoute,
  withinOf: (_, { name }) => name,
  properties: [
    {
      name: "next hop",
      of: (route, { interfaceName }) => allHops(route, interfaceName),
      keyOf: (route, { interfaceLabel: iface }) => allHops(route, iface),
      from: [],
    },
    {
      name: "source address",
      of: ({ preferredSource }) => (preferredSource === null ? null : formatAddress(preferredSource)),
      from: ["ip-route", "ip6-route"],
      // The kernel takes the address that made the route.
      unless: (before, after) => before.protocol === "kernel" && after.protocol === "kernel",
    },
    { name: "protocol", of: ({ protocol }) => protocol, from: ["ip-route", "ip6-route"] },
    { name: "scope", of: ({ scope }) => scope, from: ["ip-route", "ip6-route"] },
    {
      name: "state",
      of: ({ nexthops }) => inOrder([...new Set(nexthops.flatMap(({ flags }) => flags.filter(isIdle)))].sort()),
      from: ["ip-route", "ip6-route"],
    },
    {
      name: "flags",
      of: ({ nexthops }) =>
        inOrder([...new Set(nexthops.flatMap(({ flags }) => flags.filter((flag) => !isIdle(flag))))].sort()),
      from: ["ip-route", "ip6-route"],
    },
  ],
};
