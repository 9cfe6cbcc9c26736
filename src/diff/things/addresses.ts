import { formatAddress, formatPrefixedAddress } from "../../lib/address.ts";
import type { Interface, InterfaceAddress } from "../../model/host.ts";
import { listed } from "../compare-list.ts";

/**
 * The addresses of an interface that somebody gave it. Left out are those that the kernel makes for itself: a link-local one
 * of the MAC address, and temporary ones that come and go (RFC 8981).
 */
export function addressesOf(
  { addresses }: Interface,
  family: 4 | 6,
  leaveOut: ReadonlySet<string> = none,
): string | null {
  const own = addresses.filter(
    (each) => each.address.family === family && !isMade(each) && !leaveOut.has(formatAddress(each.address)),
  );
  return listed([...new Set(own.map(describeAddress))]);
}

const none: ReadonlySet<string> = new Set();

function describeAddress(one: InterfaceAddress): string {
  const { peer, flags } = one;
  const text = `${formatPrefixedAddress(one)}${peer === null ? "" : ` peer ${formatPrefixedAddress(peer)}`}`;
  // Another host has the same address: it is there, but not in use.
  return flags.includes("dadfailed") ? `${text} (already in use)` : text;
}

/** fe80::/64 and an interface identifier of a MAC address (RFC 4291, appendix A: `ff:fe` in its middle). */
function isMade({ address: { family, value }, flags }: InterfaceAddress): boolean {
  if (family === 4) return false;
  if (flags.includes("temporary")) return true;
  return value >> 64n === 0xfe80_0000_0000_0000n && ((value >> 24n) & 0xffffn) === 0xfffen;
}
