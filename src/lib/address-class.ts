import { type Address, bitsOf, type Prefix } from "./address.ts";
import { literalPrefix } from "./literals.ts";

/**
 * What an address is for: the classes of the IANA special-purpose address registries (RFC 6890), which name the document of
 * each block. What is no address (null) is of no class.
 */
type AddressTest = (address: Address | null) => boolean;

function isIn(...blocks: readonly string[]): AddressTest {
  const prefixes = blocks.map(literalPrefix);
  const heads = { 4: headsOf(prefixes, 4), 6: headsOf(prefixes, 6) };
  return (address) =>
    address !== null && heads[address.family].some(({ hostBits, head }) => address.value >> hostBits === head);
}

/** The leading bits of the prefixes of a family: packets are asked for their class by the million. */
function headsOf(prefixes: readonly Prefix[], family: 4 | 6) {
  return prefixes
    .filter(({ address }) => address.family === family)
    .map(({ address, length }) => {
      const hostBits = BigInt(bitsOf(family) - length);
      return { hostBits, head: address.value >> hostBits };
    });
}

/** RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.2: "any address" of whoever binds to it, `0.0.0.0` and `::`. */
export const isUnspecified: AddressTest = (address) => address?.value === 0n;

/** RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3. */
export const isLoopback = isIn("127.0.0.0/8", "::1/128");

/** RFC 3927, RFC 4291 section 2.5.6. */
export const isLinkLocal = isIn("169.254.0.0/16", "fe80::/10");

/** RFC 5771, RFC 4291 section 2.7. */
export const isMulticast = isIn("224.0.0.0/4", "ff00::/8");

/** RFC 5737, RFC 3849, RFC 9637. */
export const isDocumentation = isIn("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20");

/**
 * "This network", private, shared (RFC 6598), loopback, link-local, protocol assignments (RFC 6890 section 2.2.2: the one
 * address of a 464XLAT client is one), benchmarks (RFC 2544), multicast and reserved (RFC 1112).
 */
const isSpecialIpv4 = isIn(
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "224.0.0.0/3",
);

/** RFC 4291 section 2.4: what IANA has given out of IPv6 for the Internet. */
const isGlobalUnicast = isIn("2000::/3");

/**
 * Whether the Internet routes an address. Those of documentation count as such: in a snapshot that is shown around they stand
 * for public ones.
 */
export const isPublic: AddressTest = (address) =>
  address?.family === 6 ? isGlobalUnicast(address) : address !== null && !isSpecialIpv4(address);
