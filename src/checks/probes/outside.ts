import { representativeOutside } from "../../dataplane/outside-candidates.ts";
import type { Dataplane } from "../../dataplane/types.ts";
import { formatAddress, parseAddress } from "../../lib/address.ts";
import { formatEndpoint } from "../../lib/endpoint.ts";

/** A machine far away, as text: see `strangerTo`. */
export const farAddress = (dataplane: Dataplane, family: 4 | 6): string =>
  formatAddress(representativeOutside(dataplane, family));

/** `198.51.100.7:443`, `[2001:db8:ffff::7]:443`; with `/udp` where said. */
export function farPort(dataplane: Dataplane, family: 4 | 6, port: number, protocol: "tcp" | "udp" = "tcp"): string {
  return target(farAddress(dataplane, family), port, protocol);
}

/** An address and a port as the trace engine reads them. */
export function target(address: string, port: number, protocol: string): string {
  return `${formatEndpoint(address, port)}/${protocol}`;
}

/** The host's own addresses on an interface, link-local ones left out. */
export function addressesOn(dataplane: Dataplane, name: string, family: 4 | 6): readonly string[] {
  const addresses = dataplane.own.interfaces.get(name)?.addresses ?? [];
  return addresses
    .filter(({ address, scope }) => address.family === family && scope !== "link" && scope !== "host")
    .map(({ address }) => formatAddress(address));
}

/** Another address of an interface's subnet, for a machine on its link; null where there is none to have. */
export function neighbourOn(dataplane: Dataplane, name: string, family: 4 | 6): string | null {
  const addresses = dataplane.own.interfaces.get(name)?.addresses ?? [];
  const own = addresses.find(({ address, scope }) => address.family === family && scope !== "link" && scope !== "host");
  if (own === undefined || own.prefix.length > (family === 4 ? 29 : 125)) return null;
  const taken = new Set(addresses.map(({ address }) => formatAddress(address)));
  const first = own.prefix.address.value;
  const room = family === 4 ? (1n << BigInt(32 - own.prefix.length)) - 2n : 250n;
  for (let at = room < 250n ? room : 250n; at > 0n; at--) {
    const text = formatAddress({ family, value: first + at });
    if (!taken.has(text)) return text;
  }
  return null;
}

/** The family of an address in text form; null for what is none. */
export const familyOf = (address: string): 4 | 6 | null => parseAddress(address)?.family ?? null;
