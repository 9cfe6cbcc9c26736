import fc from "fast-check";
import { formatAddress, formatPrefix, prefixOf } from "../../src/lib/address.ts";

/** Names as Linux allows them (no slash, colon or blank, at most 15 bytes), that are no word of an output. */
export const interfaceName: fc.Arbitrary<string> = fc
  .stringMatching(/^[a-z][a-zA-Z0-9_.#@+-]{0,11}$/)
  .map((name) => `${name.replaceAll("@", "a")}.x`);

export const family: fc.Arbitrary<4 | 6> = fc.constantFrom(4, 6);

export function address(of: 4 | 6): fc.Arbitrary<string> {
  return fc
    .bigInt({ min: 0n, max: of === 4 ? 0xffffffffn : (1n << 128n) - 1n })
    .map((value) => formatAddress({ family: of, value }));
}

export function prefix(of: 4 | 6): fc.Arbitrary<string> {
  const bits = of === 4 ? 32 : 128;
  return fc
    .tuple(fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n }), fc.nat(bits))
    .map(([value, length]) => formatPrefix(prefixOf({ family: of, value }, length)));
}

export const mac: fc.Arbitrary<string> = fc
  .uint8Array({ minLength: 6, maxLength: 6 })
  .map((bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(":"));

export const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });

/** Some of the words, each at most once, in their order. */
export const someOf = <T>(...words: readonly T[]): fc.Arbitrary<T[]> => fc.subarray([...words]);
