import { formatPrefix, parsePrefix } from "../../lib/address.ts";
import type { Route } from "../../model/host.ts";
import type { Change } from "../change.ts";
import { type Comparer, compareList, inOrder } from "../compare-list.ts";
import type { Inside, Place, Sides } from "../sides.ts";

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

const routesOf = (inside: Inside): Route[] =>
  [inside.namespace.routes, inside.namespace.routes6]
    .flatMap((routes) => (routes.known ? routes.value : []))
    .filter((route) => !isAutomatic(route));

/** What fib_add_ifaddr and addrconf make: table local, link-local prefixes and multicast of every link (net/ipv4, net/ipv6). */
function isAutomatic({ table, protocol, to, type, family }: Route): boolean {
  if (protocol !== "kernel") return false;
  return table === "local" || (family === 6 && (type === "multicast" || to === "fe80::/64" || to === "ff00::/8"));
}

/** Whether a connected route is there only because its interface has an address there that it has not on the other side. */
function impliedBy({ before, after }: Place): (route: Route, here: Inside, there: Inside) => boolean {
  const prefixes = new Map([before, after].map((inside) => [inside, prefixesOf(inside)]));
  return (route, here, there) => {
    if (route.protocol !== "kernel" || !here.namespace.addressesKnown || !there.namespace.addressesKnown) return false;
    const device = route.nexthops[0]?.device;
    if (device == null) return false;
    const key = `${here.face(device)} ${route.to}`;
    return prefixes.get(here)?.has(key) === true && prefixes.get(there)?.has(key) === false;
  };
}

function prefixesOf({ namespace: { interfaces }, face }: Inside): ReadonlySet<string> {
  const faces = interfaces.known ? interfaces.value : [];
  return new Set(
    faces.flatMap(({ name, addresses }) =>
      addresses.flatMap(({ address, prefixLength, peer }) => {
        const prefix = parsePrefix(`${peer ?? address}/${prefixLength}`);
        return prefix === null ? [] : [`${face(name)} ${formatPrefix(prefix)}`];
      }),
    ),
  );
}

type NextHop = Route["nexthops"][number];

const isDefault = (to: string): boolean => to === "0.0.0.0/0" || to === "::/0";

/** As ip prints it: `default via 192.168.50.1 dev eth0`. */
function describeRoute({ type, to, table, metric, nexthops, family }: Route, { sayFace }: Inside): string {
  const [hop, ...more] = nexthops;
  const where = more.length > 0 ? `over ${nexthops.length} next hops` : hop === undefined ? "" : sayHop(hop, sayFace);
  return [
    ...(type === "unicast" ? [] : [type]),
    isDefault(to) ? (family === 6 ? "default (IPv6)" : "default") : to,
    ...(where === "" ? [] : [where]),
    ...(table === "main" ? [] : [`table ${table}`]),
    ...(metric === 0 ? [] : [`metric ${metric}`]),
  ].join(" ");
}

const sayHop = ({ via, device }: NextHop, face: (name: string) => string): string =>
  [...(via === null ? [] : [`via ${via}`]), ...(device === null ? [] : [`dev ${face(device)}`])].join(" ");

/** A next hop is not in use when its link has no carrier (`linkdown`) or it is down (`dead`). */
const isIdle = (flag: string): boolean => flag === "linkdown" || flag === "dead";

const identity = ({ family, table, type, to, metric }: Route): string =>
  JSON.stringify([family, table, type, to, metric]);

const allHops = ({ nexthops }: Route, face: (name: string) => string): string | null =>
  inOrder(
    nexthops.map((hop) =>
      nexthops.length > 1 && hop.weight !== 1 ? `${sayHop(hop, face)} weight ${hop.weight}` : sayHop(hop, face),
    ),
  );

const comparer: Comparer<Route> = {
  kind: "route",
  listedBy: ["ip-route", "ip6-route"],
  keyOf: (route, { face }) => `${identity(route)} ${allHops(route, face)}`,
  successorOf: identity,
  nameOf: describeRoute,
  withinOf: (_, { name }) => name,
  properties: [
    {
      name: "next hop",
      of: (route, { sayFace }) => allHops(route, sayFace),
      keyOf: (route, { face }) => allHops(route, face),
      from: [],
    },
    {
      name: "source address",
      of: ({ source }) => source,
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
