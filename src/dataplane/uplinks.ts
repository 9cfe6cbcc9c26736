import { type Address, contains, formatAddress, parseAddress, parsePrefix } from "../lib/address.ts";
import type { Host, Interface, InterfaceAddress } from "../model/host.ts";
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
export function uplinksOf(host: Host, dataplane: Dataplane): readonly Uplink[] {
  const found = known.get(dataplane) ?? findUplinks(host, dataplane);
  known.set(dataplane, found);
  return found;
}

const known = new WeakMap<Dataplane, readonly Uplink[]>();

/** The names of those that lead strangers of one family here. Where the interfaces were not captured the routes still name them. */
export function uplinkNames(host: Host, dataplane: Dataplane, family: 4 | 6): readonly string[] {
  const [own] = host.namespaces;
  if (own?.interfaces.known === false) return [...defaultDevices(dataplane, family)];
  return uplinksOf(host, dataplane).flatMap(({ name, families }) => (families.has(family) ? [name] : []));
}

function findUplinks(host: Host, dataplane: Dataplane): readonly Uplink[] {
  const [own] = host.namespaces;
  if (own?.interfaces.known !== true) return [];
  const captured = new Set(
    [own.routes, own.routes6]
      .flatMap((routes) => (routes.known ? routes.value : []))
      .flatMap(({ to, type, nexthops }) =>
        type === "unicast" && (to === "0.0.0.0/0" || to === "::/0") ? nexthops.map(({ device }) => device) : [],
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
    ? only.map((each) => ({ ...each, families: new Set(each.addresses.map(({ family }) => family)) }))
    : [];
}

/** Where the routes of one family were not captured, those that the trace engine assumes count for it. */
function defaultDevices(dataplane: Dataplane, family: 4 | 6): ReadonlySet<string> {
  const routes = dataplane.stacks.get("host")?.routes[family] ?? [];
  const hops = routes.flatMap(({ to, type, nexthops }) => (to.length === 0 && type === "unicast" ? nexthops : []));
  return new Set(hops.flatMap(({ device }) => device ?? []));
}

/** Not those that only the host itself or its own link knows. */
function isReachable({ address, scope }: InterfaceAddress): boolean {
  return scope !== "host" && scope !== "link" && !address.toLowerCase().startsWith("fe80:");
}

/** Ranges that the Internet does not route (IANA special-purpose registries, RFC 6890); documentation stands for public ones. */
const notPublic = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "224.0.0.0/3",
].flatMap((text) => parsePrefix(text) ?? []);

const globalUnicast = parsePrefix("2000::/3");

/** Whether an address is one that the Internet routes; IPv6's unique local ones are not. */
export function isPublic(text: string): boolean {
  const address = parseAddress(text);
  if (address === null) return false;
  return address.family === 6
    ? globalUnicast !== null && contains(globalUnicast, address)
    : notPublic.every((prefix) => !contains(prefix, address));
}

/** `192.0.2.1:80`, `[2001:db8::1]:80`: as questions and people write it. */
export function withPort(address: string | Address, port: number): string {
  const text = typeof address === "string" ? address : formatAddress(address);
  return text.includes(":") ? `[${text}]:${port}` : `${text}:${port}`;
}
