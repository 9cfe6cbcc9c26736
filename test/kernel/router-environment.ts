import type { AddressType } from "../../src/firewall/matches.ts";
import type { Environment } from "../../src/firewall/outcome.ts";
import {
  type Address,
  contains,
  formatAddress,
  lastAddress,
  parseAddress,
  parsePrefix,
  sameAddress,
} from "../../src/lib/address.ts";
import type { IpSet } from "../../src/parsers/ipset-save.ts";
import { bare, markedRoutes, routerAddresses } from "./topology.ts";

/** Whether the router has the address, on one interface or on any. */
export function isRouterAddress(address: Address, name: string | null = null): boolean {
  const loopback = address.family === 4 ? address.value >> 24n === 127n : address.value === 1n;
  if (loopback) return name === null || name === "lo";
  return Object.entries(routerAddresses).some(
    ([device, texts]) =>
      (name === null || name === device) &&
      texts.some(
        (text) => sameAddress(parseAddress(bare(text)) ?? address, address) && parseAddress(bare(text)) !== null,
      ),
  );
}

/** The interface of the router that a machine with this address is behind; null when there is none. */
export function deviceTowards(address: Address): string | null {
  for (const [device, texts] of Object.entries(routerAddresses)) {
    for (const text of texts) {
      const prefix = parsePrefix(text);
      if (prefix !== null && contains(prefix, address)) return device;
    }
  }
  return null;
}

/** The dead end that the routes have for a packet with this mark; null when it gets on. The router's own addresses come first. */
export function deadEnd(address: Address, mark: number): (typeof markedRoutes)[string] | null {
  return (mark & 3) === 3 && !isRouterAddress(address) ? (markedRoutes[formatAddress(address)] ?? null) : null;
}

/** IPv4: only the `local` table is asked, and what it does not have is unicast (`__inet_dev_addr_type` in fib_frontend.c). */
function typeOf4(address: Address, device: string | null): AddressType {
  if (address.value === 0xffffffffn || address.value >> 24n === 0n) return "broadcast";
  if (address.value >> 28n === 0xen) return "multicast";
  if (isRouterAddress(address, device)) return "local";
  for (const [name, texts] of Object.entries(routerAddresses)) {
    const prefixes = texts.map((text) => parsePrefix(text));
    const isLast = prefixes.some((prefix) => prefix !== null && sameAddress(lastAddress(prefix), address));
    if (isLast && (device === null || device === name)) return "broadcast";
  }
  return "unicast";
}

/** IPv6: `match_type6` in net/netfilter/xt_addrtype.c asks for each type by itself, and for all of some. */
function hasType6(address: Address, types: readonly AddressType[], device: string | null): boolean {
  const isMulticast = address.value >> 120n === 0xffn;
  const isUnspecified = address.value === 0n;
  if (types.includes("multicast") && !isMulticast) return false;
  if (types.includes("unicast") && (isMulticast || isUnspecified)) return false;
  if (types.includes("unspec") && !isUnspecified) return false;
  const rest = types.filter((type) => type === "local" || type === "anycast" || type === "unreachable");
  if (rest.length === 0) return true;
  const isAnycast = Object.values(routerAddresses)
    .flat()
    .some((text) => parsePrefix(text)?.address.value === address.value && address.family === 6);
  return (
    (rest.includes("local") && isRouterAddress(address, device)) ||
    (rest.includes("anycast") && isAnycast) ||
    (rest.includes("unreachable") && deviceTowards(address) === null && !isRouterAddress(address))
  );
}

/** What the router can tell its rules. */
export function routerEnvironment(sets: readonly IpSet[]): Environment {
  const byName = new Map(sets.map((set) => [set.name, set]));
  return {
    addressHasType: (address, types, device) =>
      address.family === 4 ? types.includes(typeOf4(address, device)) : hasType6(address, types, device),
    ipset: (name) => byName.get(name) ?? null,
    changedSets: [],
  };
}
