import { expect, test } from "vitest";
import { formatAddress } from "../../src/lib/address.ts";
import { isLoopback, isUnspecified } from "../../src/lib/address-class.ts";
import {
  literalAddress,
  literalPrefix,
  literalPrefixedAddress,
  localhost,
  unspecified,
} from "../../src/lib/literals.ts";

test("what the program names is an address, or it does not start", () => {
  expect(formatAddress(literalAddress("192.0.2.1"))).toBe("192.0.2.1");
  expect(literalPrefix("192.0.2.0/24").length).toBe(24);
  expect(literalPrefixedAddress("192.0.2.1/24").prefixLength).toBe(24);
  expect(() => literalAddress("192.0.2.256")).toThrow("192.0.2.256");
  expect(() => literalPrefix("192.0.2.0/33")).toThrow("192.0.2.0/33");
  expect(() => literalPrefixedAddress("localhost")).toThrow("localhost");
});

test("the well-known ones are of their class, in either family", () => {
  for (const family of [4, 6] as const) {
    expect([isUnspecified(unspecified[family]), unspecified[family].family]).toEqual([true, family]);
    expect([isLoopback(localhost[family]), localhost[family].family]).toEqual([true, family]);
  }
});
