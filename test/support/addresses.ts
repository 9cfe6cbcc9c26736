import fc from "fast-check";
import { type Address, bitsOf, parseAddress } from "../../src/lib/address.ts";

/** Addresses of both families, near the edges of well-known blocks as often as anywhere. */
export const addresses: fc.Arbitrary<Address> = fc
  .constantFrom(4 as const, 6 as const)
  .chain((family) =>
    fc
      .oneof(
        fc.bigInt(0n, (1n << BigInt(bitsOf(family))) - 1n),
        fc.constantFrom(...edges.filter((one) => one.family === family).map(({ value }) => value)),
      )
      .map((value) => ({ family, value })),
  );

const edges = [
  "0.0.0.0",
  "127.0.0.1",
  "126.255.255.255",
  "128.0.0.0",
  "169.254.255.255",
  "255.255.255.255",
  "::",
  "::1",
  "::ffff:127.0.0.1",
  "::fffe:7f00:1",
  "fe80::1",
  "febf:ffff::",
  "fec0::",
  "ff02::1",
].flatMap((text) => parseAddress(text) ?? []);
