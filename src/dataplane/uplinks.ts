import { isDefault } from "../lib/address.ts";
import { isLinkLocal } from "../lib/address-class.ts";
import { onceFor } from "../lib/once-for.ts";
import type { Interface, InterfaceAddress } from "../model/host.ts";
import type { Dataplane } from "./types.ts";

/** An interface by which strangers reach the host, with the addresses they reach it at. */
export interface Uplink {
  readonly name: string;
  readonly interface: Interface;
  readonly addresses: readonly InterfaceAddress[];
  /** The families of its default routes, or of its addresses where no default route is known at all. */
  readonly families: ReadonlySet<4 | 6>;
}

/**
 * The interfaces with a default route. Where the routes were not captured or hold none: the only interface with an address
 * that leads away from the host, if it is the only one.
 */
export const uplinksOf = onceFor((dataplane: Dataplane): readonly Uplink[] => findUplinks(dataplane));

/** The names of those that lead strangers of one family here. Where the interfaces were not captured the routes still name them. */
export function uplinkNames(dataplane: Dataplane, family: 4 | 6): readonly string[] {
  const { host } = dataplane;
  const { own } = host;
  if (!own.interfaces.known) return [...defaultDevices(dataplane, family)];
  return uplinksOf(dataplane).flatMap(({ name, families }) => (families.has(family) ? [name] : []));
}

function findUplinks(dataplane: Dataplane): readonly Uplink[] {
  const { host } = dataplane;
  const { own } = host;
  if (!own.interfaces.known) return [];
  const captured = new Set(
    [own.routes, own.routes6]
      .flatMap((routes) => (routes.known ? routes.value : []))
      .flatMap(({ to, type, nexthops }) =>
        type === "unicast" && isDefault(to) ? nexthops.map(({ device }) => device) : [],
      ),
  );
  const devices = { 4: defaultDevices(dataplane, 4), 6: defaultDevices(dataplane, 6) };
  const all = own.interfaces.value.map((each) => ({
    name: each.name,
    interface: each,
    addresses: each.addresses.filter(isReachable),
    families: new Set(([4, 6] as const).filter((family) => devices[family].has(each.name))),
  }));
  const byRoute = all.filter(
    ({ name }) =>
      captured.has(name) && (dataplane.segments.has(`uplink:${name}`) || dataplane.segments.has(`bridge:${name}`)),
  );
  if (byRoute.length > 0) return byRoute;
  const only = all.filter(({ name, addresses }) => dataplane.segments.has(`uplink:${name}`) && addresses.length > 0);
  return only.length === 1
    ? only.map((each) => ({ ...each, families: new Set(each.addresses.map(({ address }) => address.family)) }))
    : [];
}

/** Where the routes of one family were not captured, those that the trace engine assumes count for it. */
function defaultDevices(dataplane: Dataplane, family: 4 | 6): ReadonlySet<string> {
  const routes = dataplane.own.routes[family] ?? [];
  const hops = routes.flatMap(({ to, type, nexthops }) => (to.length === 0 && type === "unicast" ? nexthops : []));
  return new Set(hops.flatMap(({ device }) => device ?? []));
}

/** Not those that only the host itself or its own link knows. */
function isReachable({ address, scope }: InterfaceAddress): boolean {
  return scope !== "host" && scope !== "link" && !(address.family === 6 && isLinkLocal(address));
}
