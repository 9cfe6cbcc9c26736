import { bitsOf, canonicalAddress, familyOf, formatPrefix, parsePrefix } from "../../lib/address.ts";

/** An address in its canonical text. */
export interface CanonicalAddress {
  readonly family: 4 | 6;
  readonly address: string;
}

/** Reads an address; null when it is none. */
export function readAddress(word: string): CanonicalAddress | null {
  const address = canonicalAddress(word);
  return address === null ? null : { family: familyOf(word), address };
}

/** Reads `address/length`, keeping the bits after the prefix; a bare address is its own /32 or /128. Null when it is neither. */
export function readAddressWithLength(word: string): (CanonicalAddress & { readonly prefixLength: number }) | null {
  const slash = word.indexOf("/");
  const address = readAddress(slash < 0 ? word : word.slice(0, slash));
  if (address === null) return null;
  const bits = bitsOf(address.family);
  if (slash < 0) return { ...address, prefixLength: bits };
  const digits = word.slice(slash + 1);
  if (!/^\d{1,3}$/.test(digits) || Number(digits) > bits) return null;
  return { ...address, prefixLength: Number(digits) };
}

/** Reads a prefix as `ip route` and `ip rule` print it: a bare address is a host, `0/5` has lost its zeroes. Null when it is none. */
export function readPrefix(word: string, family: 4 | 6): { readonly family: 4 | 6; readonly prefix: string } | null {
  const prefix = parsePrefix(word.startsWith("0/") ? word.replace("0", family === 4 ? "0.0.0.0" : "::") : word);
  return prefix && { family: prefix.address.family, prefix: formatPrefix(prefix) };
}

/** The prefix as iproute2 prints it: hosts without their length. */
export function printPrefix(prefix: string): string {
  const host = `/${bitsOf(familyOf(prefix))}`;
  return prefix.endsWith(host) ? prefix.slice(0, -host.length) : prefix;
}
