import { type Address, bitsOf, contains, isMapped, sameAddress } from "../lib/address.ts";
import { isLinkLocal } from "../lib/address-class.ts";
import type { RouteResult } from "./routing.ts";
import type { Stack } from "./types.ts";

/**
 * The source address that the kernel gives a new connection: the route's, else for IPv4 the first one of the interface in
 * the next hop's subnet, else its first (net/ipv4/devinet.c, inet_select_addr); for IPv6 of the same scope the one that
 * shares the longest prefix (RFC 6724; net/ipv6/addrconf.c, ipv6_dev_get_saddr). Null when the namespace has none.
 */
export function selectSource(stack: Stack, destination: Address, result: RouteResult): Address | null {
  if (!("device" in result)) return null;
  if (result.preferredSource !== null) return result.preferredSource;
  if (result.kind === "local") return destination;
  const next = result.kind === "unicast" ? (result.gateway ?? destination) : destination;
  return addressOn(stack, result.device, next, destination);
}

/** The address of an interface, or for want of one of the namespace, towards a next hop; what MASQUERADE asks for, too. */
export function addressOn(stack: Stack, device: string, next: Address, destination: Address): Address | null {
  const { family } = destination;
  if (family === 4) {
    const own = (stack.interfaces.get(device)?.addresses ?? []).filter(({ address }) => address.family === 4);
    const primary = own.filter(({ flags, scope }) => !flags.includes("secondary") && scope !== "host");
    const found = primary.find(({ prefix }) => contains(prefix, next)) ?? primary[0] ?? anyGlobal(stack)[0];
    return found?.address ?? null;
  }
  return bestIpv6Source(stack, device, destination);
}

/** The first rules of RFC 6724 that can differ here: same address, scope, not deprecated, outgoing interface, label, longest prefix. */
function bestIpv6Source(stack: Stack, device: string, destination: Address): Address | null {
  const linkLocal = isLinkLocal(destination);
  const candidates = [...stack.interfaces.values()].flatMap(({ name, addresses }) =>
    addresses
      .filter(
        ({ address, flags }) => address.family === 6 && !flags.includes("tentative") && !flags.includes("dadfailed"),
      )
      .filter(({ address }) => (linkLocal ? name === device : true) && !isIpv6Loopback(address))
      .map(({ address, flags }) => ({
        address,
        score: [
          sameAddress(address, destination),
          isLinkLocal(address) === linkLocal,
          !flags.includes("deprecated"),
          name === device,
          labelOf(address) === labelOf(destination),
        ].map(Number),
      })),
  );
  const compare = (a: readonly number[], b: readonly number[]) => {
    for (const [i, x] of a.entries()) if (x !== b[i]) return (b[i] ?? 0) - x;
    return 0;
  };
  const [best] = candidates.toSorted(
    (a, b) => compare(a.score, b.score) || sharedBits(b.address, destination) - sharedBits(a.address, destination),
  );
  return best?.address ?? (isIpv6Loopback(destination) ? destination : null);
}

const isIpv6Loopback = ({ family, value }: Address): boolean => family === 6 && value === 1n;

/** The kernel's policy table, as far as its labels tell unicast ranges apart (net/ipv6/addrlabel.c). */
function labelOf(address: Address): number {
  const { value } = address;
  if (value === 1n) return 0;
  if (value >> 112n === 0x2002n) return 2;
  if (isMapped(address)) return 4;
  if (value >> 121n === 0x7en) return 5;
  if (value >> 96n === 0x20010000n) return 6;
  return 1;
}

/** The IPv4 addresses of other interfaces that may stand in, in the order of the interfaces (inet_select_addr). */
function anyGlobal(stack: Stack) {
  return [...stack.interfaces.values()].flatMap(({ addresses }) =>
    addresses.filter(({ address, scope }) => address.family === 4 && scope !== "host" && scope !== "link"),
  );
}

function sharedBits(a: Address, b: Address): number {
  const difference = a.value ^ b.value;
  return difference === 0n ? bitsOf(a.family) : bitsOf(a.family) - difference.toString(2).length;
}
