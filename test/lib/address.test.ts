import { isIPv4, isIPv6 } from "node:net";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  contains,
  formatAddress,
  formatPrefixedAddress,
  holds,
  isSingle,
  overlap,
  parseAddress,
  parsePrefix,
  parsePrefixedAddress,
  prefixAround,
  sameAddress,
  unmapped,
} from "../../src/lib/address.ts";
import { addresses } from "../support/addresses.ts";

const inPrefix = addresses.chain((address) =>
  fc.nat(address.family === 4 ? 32 : 128).map((prefixLength) => ({ address, prefixLength })),
);

test("what is written is read again, in one way to write it", () => {
  fc.assert(
    fc.property(addresses, (address) => {
      const text = formatAddress(address);
      expect(parseAddress(text)).toEqual(address);
      expect(address.family === 4 ? isIPv4(text) : isIPv6(text)).toBe(true);
      // The URL standard has RFC 5952's form, but writes mapped addresses without dots.
      if (address.family === 6 && unmapped(address).family === 6)
        expect(new URL(`http://[${text}]`).hostname).toBe(`[${text}]`);
    }),
  );
});

test("what is no address is not read: as Node sees it", () => {
  const odd = fc.oneof(
    fc.stringMatching(/^[0-9.]{0,16}$/),
    fc.stringMatching(/^(\d{1,3}\.){3}\d{1,3}$/),
    fc.stringMatching(/^[0-9a-f:.]{0,24}$/),
    fc.stringMatching(/^([0-9a-f]{1,5}:){6,8}[0-9a-f]{0,5}$/),
    fc.stringMatching(/^([0-9a-f]{0,2}:){2,8}(\d{1,3}\.){3}\d{1,3}$/),
  );
  fc.assert(
    fc.property(odd, (text) => {
      expect([text, parseAddress(text) !== null]).toEqual([text, isIPv4(text) || isIPv6(text)]);
    }),
    { numRuns: 2000 },
  );
});

test.each(["1.2.3.04", "1.2.3", "1.2.3.4.5", "1..2.3", ".1.2.3", "1.2.3.", "256.0.0.0", "1.2.3.4 ", "١.2.3.4"])(
  "%s is none",
  (text) => {
    expect(parseAddress(text)).toBeNull();
  },
);

test("an address of an interface keeps its bits, and lies in the prefix around it", () => {
  fc.assert(
    fc.property(inPrefix, (one) => {
      const text = formatPrefixedAddress(one);
      expect(parsePrefixedAddress(text)).toEqual(one);
      expect(prefixAround(one)).toEqual(parsePrefix(text));
      expect(contains(prefixAround(one), one.address)).toBe(true);
    }),
  );
});

test("of two prefixes with an address in common one holds the other", () => {
  fc.assert(
    fc.property(inPrefix, inPrefix, (a, b) => {
      const [one, other] = [prefixAround(a), prefixAround(b)];
      const shared = contains(one, other.address) || contains(other, one.address);
      expect(overlap(one, other)).toBe(shared);
      expect(holds(one, other) && holds(other, one)).toBe(
        one.length === other.length && sameAddress(one.address, other.address),
      );
      expect(isSingle(one)).toBe(one.length === (one.address.family === 4 ? 32 : 128));
    }),
  );
});
