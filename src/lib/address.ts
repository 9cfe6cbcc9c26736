/**
 * IP addresses and prefixes, strictly: no octal, no shorthand, no zone. An address is a family and a number, which is what
 * comparisons, prefixes and intervals need; its canonical text (RFC 5952 for IPv6) is what the rest of the program stores.
 */
export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** All addresses that share the first `length` bits of `address`; the bits after them are zero. */
export interface Prefix {
  readonly address: Address;
  readonly length: number;
}

/** An address as interfaces have it, `192.0.2.1/24`: with the length of the prefix that it lies in, and all its own bits. */
export interface PrefixedAddress {
  readonly address: Address;
  readonly prefixLength: number;
}

/** The number of bits of an address: 32 or 128. */
export const bitsOf = (family: 4 | 6): number => (family === 4 ? 32 : 128);

/** The family that a text would be of if it is an address or a prefix at all: only IPv6 has colons. */
export const familyOf = (text: string): 4 | 6 => (text.includes(":") ? 6 : 4);

/** Reads an address, or null when it is none. An IPv4-mapped IPv6 address stays an IPv6 address. */
export function parseAddress(text: string): Address | null {
  return familyOf(text) === 6 ? parseIpv6(text) : parseIpv4(text);
}

const [dot, zero] = [46, 48];

/** By its characters: a host has thousands of addresses, and most are of this family. */
function parseIpv4(text: string): Address | null {
  let [value, octets, octet] = [0, 0, -1];
  for (let i = 0; i <= text.length; i++) {
    const code = i === text.length ? dot : text.charCodeAt(i);
    if (code === dot) {
      if (octet < 0 || octets === 4) return null;
      value = value * 256 + octet;
      octets++;
      octet = -1;
    } else {
      const digit = code - zero;
      // A zero stands alone: it begins no octal number.
      if (digit < 0 || digit > 9 || octet === 0) return null;
      octet = octet < 0 ? digit : octet * 10 + digit;
      if (octet > 255) return null;
    }
  }
  return octets === 4 ? { family: 4, value: BigInt(value) } : null;
}

function parseIpv6(text: string): Address | null {
  const lastColon = text.lastIndexOf(":");
  let hex = text;
  if (text.includes(".")) {
    const embedded = parseIpv4(text.slice(lastColon + 1));
    if (embedded === null) return null;
    hex = `${text.slice(0, lastColon + 1)}${(embedded.value >> 16n).toString(16)}:${(embedded.value & 0xffffn).toString(16)}`;
  }
  const halves = hex.split("::");
  if (halves.length > 2) return null;
  const groups = halves.map((half) => (half === "" ? [] : half.split(":")));
  const count = groups.reduce((sum, half) => sum + half.length, 0);
  if (halves.length === 1 ? count !== 8 : count > 7) return null;
  const filled = [...(groups[0] ?? []), ...Array<string>(8 - count).fill("0"), ...(groups[1] ?? [])];
  if (!filled.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
  const word = (i: number): bigint =>
    BigInt(Number.parseInt(filled[i] ?? "", 16) * 65536 + Number.parseInt(filled[i + 1] ?? "", 16));
  return { family: 6, value: (word(0) << 96n) | (word(2) << 64n) | (word(4) << 32n) | word(6) };
}

/** The canonical text: dotted decimal, or RFC 5952 (lower case, longest run of zero groups as `::`). */
export function formatAddress({ family, value }: Address): string {
  if (family === 4) {
    const number = Number(value);
    return `${number >>> 24}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`;
  }
  // RFC 5952 section 5: mapped addresses keep their dotted tail.
  if (isMapped({ family, value })) return `::ffff:${formatAddress(unmapped({ family, value }))}`;
  const groups: string[] = [];
  for (let rest = value; groups.length < 8; rest >>= 32n) {
    const word = Number(rest & 0xffffffffn);
    groups.unshift((word >>> 16).toString(16), (word & 0xffff).toString(16));
  }
  let [bestStart, bestLength] = [-1, 1];
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (groups[start + length] === "0") length++;
    if (length > bestLength) [bestStart, bestLength] = [start, length];
  }
  if (bestStart < 0) return groups.join(":");
  return `${groups.slice(0, bestStart).join(":")}::${groups.slice(bestStart + bestLength).join(":")}`;
}

/** What `parseAddress` takes for an IPv4 address: there is one way to write each. */
const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]\d|\d)(?:\.(?=\d)|$)){4}$/;

/** The canonical text of an address, or null when it is none; without the detour over a number where none is needed. */
export function canonicalAddress(text: string): string | null {
  if (familyOf(text) === 4) return ipv4.test(text) ? text : null;
  const address = parseIpv6(text);
  return address && formatAddress(address);
}

/** Reads `address/length`, or a bare address as its own /32 or /128; null when it is neither. Host bits are cleared. */
export function parsePrefix(text: string): Prefix | null {
  const slash = text.indexOf("/");
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === null) return null;
  const bits = bitsOf(address.family);
  if (slash < 0) return { address, length: bits };
  const digits = text.slice(slash + 1);
  if (!/^(0|[1-9]\d{0,2})$/.test(digits) || Number(digits) > bits) return null;
  return prefixOf(address, Number(digits));
}

/** The prefix of the given length that the address lies in. */
export function prefixOf(address: Address, length: number): Prefix {
  const hostBits = BigInt(bitsOf(address.family) - length);
  return { address: { family: address.family, value: (address.value >> hostBits) << hostBits }, length };
}

/** The canonical text of a prefix, always with its length. */
export function formatPrefix(prefix: Prefix): string {
  return `${formatAddress(prefix.address)}/${prefix.length}`;
}

/** Reads `192.0.2.1/24`, all bits kept; a bare address is its own /32 or /128. Null when it is neither. */
export function parsePrefixedAddress(text: string): PrefixedAddress | null {
  const prefix = parsePrefix(text);
  const address = parseAddress(text.split("/")[0] ?? "");
  return prefix === null || address === null ? null : { address, prefixLength: prefix.length };
}

export const formatPrefixedAddress = ({ address, prefixLength }: PrefixedAddress): string =>
  `${formatAddress(address)}/${prefixLength}`;

/** The prefix that such an address lies in. */
export const prefixAround = ({ address, prefixLength }: PrefixedAddress): Prefix => prefixOf(address, prefixLength);

/** The last address of a prefix: the directed broadcast address of an IPv4 subnet. */
export function lastAddress({ address, length }: Prefix): Address {
  const hostBits = BigInt(bitsOf(address.family) - length);
  return { family: address.family, value: address.value | ((1n << hostBits) - 1n) };
}

/** Whether the address lies in the prefix; never across families. */
export function contains(prefix: Prefix, address: Address): boolean {
  if (prefix.address.family !== address.family) return false;
  const hostBits = BigInt(bitsOf(address.family) - prefix.length);
  return prefix.address.value >> hostBits === address.value >> hostBits;
}

/** Whether all addresses of the second prefix lie in the first: they are the same, or the first is wider. */
export const holds = (outer: Prefix, inner: Prefix): boolean =>
  outer.length <= inner.length && contains(outer, inner.address);

/** Whether two prefixes have an address in common: of two that have, one holds the other. */
export const overlap = (a: Prefix, b: Prefix): boolean => holds(a, b) || holds(b, a);

/** Whether a prefix is one address alone: a /32 or /128. */
export const isSingle = ({ address, length }: Prefix): boolean => length === bitsOf(address.family);

/** Whether it is IPv4-mapped, `::ffff:192.0.2.1` (RFC 4291 section 2.5.5.2): how IPv6 sockets write IPv4. */
export const isMapped = ({ family, value }: Address): boolean => family === 6 && value >> 32n === 0xffffn;

/** The IPv4 address in an IPv4-mapped one; others as they are. */
export const unmapped = (address: Address): Address =>
  isMapped(address) ? { family: 4, value: address.value & 0xffffffffn } : address;

/** Whether a prefix holds the whole family, as a default route does. */
export const isDefault = ({ length }: Prefix): boolean => length === 0;

/** Whether two prefixes are the same. */
export const samePrefix = (a: Prefix, b: Prefix): boolean => a.length === b.length && sameAddress(a.address, b.address);

/** A text by which a map knows an address; `formatAddress` makes the one for people. */
export const addressKey = ({ family, value }: Address): string => `${family} ${value}`;

/** Whether two addresses are the same. */
export function sameAddress(a: Address, b: Address): boolean {
  return a.family === b.family && a.value === b.value;
}
