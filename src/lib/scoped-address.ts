import { type Address, formatAddress, parseAddress } from "./address.ts";

/** An address and, of an IPv6 one, the link on which it is meant (RFC 4007 section 11): `fe80::1%eth0`. */
export interface ScopedAddress {
  readonly address: Address;
  readonly zone: string | null;
}

/** Reads an address with or without a zone, or null when it is none. */
export function parseScopedAddress(text: string): ScopedAddress | null {
  const [, bare = "", zone = null] = /^([^%]*)(?:%([\w.:@-]+))?$/.exec(text) ?? [];
  const address = parseAddress(bare);
  return address === null || (zone !== null && address.family === 4) ? null : { address, zone };
}

export const formatScopedAddress = ({ address, zone }: ScopedAddress): string =>
  `${formatAddress(address)}${zone === null ? "" : `%${zone}`}`;
