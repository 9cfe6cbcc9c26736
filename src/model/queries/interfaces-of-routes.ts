import { addressKey, bitsOf, contains, isSingle, prefixOf } from "../../lib/address.ts";
import type { Interface, InterfaceAddress, Namespace, Route } from "../host.ts";

/**
 * The addresses of an interface as the routes tell of them: the kernel keeps a `local` route for each, and one to its prefix
 * that names it as source for IPv4 (net/ipv4/fib_frontend.c, fib_add_ifaddr; net/ipv6/addrconf.c, addrconf_prefix_route). The
 * main table alone tells IPv4 addresses only, and only the first of each prefix.
 */
export function addressesOfRoutes(routes: readonly Route[], device: string): readonly InterfaceAddress[] {
  const own = routes.filter(({ nexthops: [hop, ...others] }) => hop?.device === device && others.length === 0);
  // The loopback's prefix is local as a whole.
  const connected = own.filter(
    ({ type, nexthops: [hop] }) => (type === "unicast" || (device === "lo" && type === "local")) && hop?.via === null,
  );
  const locals = own.filter(({ type, to }) => type === "local" && isSingle(to));
  const told = locals.map(({ to, ...route }) => ({ ...route, address: to.address }));
  const named = connected.flatMap(({ preferredSource: address, ...route }) =>
    address === null ? [] : [{ ...route, address }],
  );
  const all = new Map([...named, ...told].map((one) => [addressKey(one.address), one]));
  return [...all.values()].map(({ address, scope, sources }) => {
    const prefixes = connected.filter(({ to }) => !isSingle(to) && contains(to, address)).map(({ to }) => to.length);
    const prefixLength = Math.max(0, ...prefixes) || bitsOf(address.family);
    return {
      address,
      prefixLength,
      peer: null,
      prefix: prefixOf(address, prefixLength),
      scope: scope === "host" && device !== "lo" ? "global" : scope,
      flags: [],
      sources,
    };
  });
}

/**
 * The interfaces of a namespace: as they were captured, with what the routes tell of addresses and other interfaces where no
 * whole `ip a` lists them all; else those that its routes name; null where neither was captured.
 */
export function interfacesOf(namespace: Namespace): readonly Interface[] | null {
  const { interfaces, addressesKnown } = namespace;
  const families = [namespace.routes, namespace.routes6];
  const routes = families.flatMap((family) => (family.known ? family.value : []));
  if (!interfaces.known) return families.some(({ known }) => known) ? interfacesOfRoutes(routes) : null;
  if (addressesKnown) return interfaces.value;
  const listed = new Set(interfaces.value.map(({ name }) => name));
  const unlisted = interfacesOfRoutes(routes).filter(({ name }) => !listed.has(name));
  return [...interfaces.value.map((each) => withAddressesOf(routes, each)), ...unlisted];
}

function withAddressesOf(routes: readonly Route[], each: Interface): Interface {
  const listed = new Set(each.addresses.map(({ address }) => addressKey(address)));
  const told = addressesOfRoutes(routes, each.name).filter(({ address }) => !listed.has(addressKey(address)));
  return told.length === 0 ? each : { ...each, addresses: [...each.addresses, ...told] };
}

function interfacesOfRoutes(routes: readonly Route[]): readonly Interface[] {
  const names = new Set(routes.flatMap(({ nexthops }) => nexthops.flatMap(({ device }) => device ?? [])));
  return [...names].map((name, i) => {
    const own = routes.filter(({ nexthops }) => nexthops.some(({ device }) => device === name));
    return {
      ...unseen,
      name,
      index: i + 1,
      kind: name === "lo" ? "loopback" : null,
      flags: name === "lo" ? ["LOOPBACK"] : [],
      carrier: !own.some(({ nexthops }) => nexthops.some(({ flags }) => flags.includes("linkdown"))),
      addresses: addressesOfRoutes(routes, name),
      sources: own.slice(0, 1).flatMap(({ sources }) => sources),
    };
  });
}

const unseen = {
  altNames: [],
  up: true,
  operState: null,
  mac: null,
  mtu: null,
  master: null,
  peer: null,
  netnsId: null,
  netnsName: null,
  details: {},
  port: null,
} as const;
