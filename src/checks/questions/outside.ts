import { formatAddress, parseAddress } from "../../lib/address.ts";
import type { World } from "../../reach/stack.ts";

/** Documentation addresses (RFC 5737, RFC 3849) stand for any machine far away. */
export const farAway = { 4: "198.51.100.7", 6: "2001:db8:ffff::7" } as const;

/** Another machine that no list of banned or impossible sources holds together with the first one: those list what nobody has. */
export const elsewhere = { 4: "9.9.9.9", 6: "2620:fe::fe" } as const;

/** `198.51.100.7:443`, `[2001:db8:ffff::7]:443`; with `/udp` where said. */
export function farPort(family: 4 | 6, port: number, protocol: "tcp" | "udp" = "tcp"): string {
  return target(farAway[family], port, protocol);
}

/** An address and a port as the trace engine reads them. */
export function target(address: string, port: number, protocol: string): string {
  return `${address.includes(":") ? `[${address}]` : address}:${port}/${protocol}`;
}

/** The host's own addresses on an interface, link-local ones left out. */
export function addressesOn(world: World, name: string, family: 4 | 6): readonly string[] {
  const addresses = world.stacks.get("host")?.interfaces.get(name)?.addresses ?? [];
  return addresses
    .filter(({ address, scope }) => address.family === family && scope !== "link" && scope !== "host")
    .map(({ address }) => formatAddress(address));
}

/** Another address of an interface's subnet, for a machine on its link; null where there is none to have. */
export function neighbourOn(world: World, name: string, family: 4 | 6): string | null {
  const addresses = world.stacks.get("host")?.interfaces.get(name)?.addresses ?? [];
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
