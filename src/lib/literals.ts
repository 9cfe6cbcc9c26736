import {
  type Address,
  type Prefix,
  type PrefixedAddress,
  parseAddress,
  parsePrefix,
  parsePrefixedAddress,
} from "./address.ts";

// Addresses that the program itself names: each is read once, while it is loaded. One that is none is a mistake in the source.

export const literalAddress = (text: string): Address => orThrow(parseAddress(text), text);

export const literalPrefix = (text: string): Prefix => orThrow(parsePrefix(text), text);

export const literalPrefixedAddress = (text: string): PrefixedAddress => orThrow(parsePrefixedAddress(text), text);

/** RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.2: who binds to it is asked at every address of the family. */
export const unspecified: Readonly<Record<4 | 6, Address>> = {
  4: literalAddress("0.0.0.0"),
  6: literalAddress("::"),
};

/** What a host calls itself (RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3). */
export const localhost: Readonly<Record<4 | 6, Address>> = {
  4: literalAddress("127.0.0.1"),
  6: literalAddress("::1"),
};

function orThrow<T>(found: T | null, text: string): T {
  if (found === null) throw new Error(`the program names an address that is none: ${text}`);
  return found;
}
