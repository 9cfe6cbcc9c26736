import fc from "fast-check";
import { expect, it } from "vitest";
import { countFree, defaultPools } from "../../../src/checks/subnets/free-subnets.ts";
import { contains, type Prefix, parsePrefix, prefixOf } from "../../../src/lib/address.ts";

const prefix = (text: string): Prefix => parsePrefix(text) ?? prefixOf({ family: 4, value: 0n }, 32);

it("starts with 31 subnets, as the engine does", () => {
  expect(countFree(defaultPools, [])).toEqual({ all: 31, free: 31 });
});

it("takes away every subnet that something overlaps, once", () => {
  const used = ["172.17.0.0/16", "172.17.3.0/24", "172.20.0.0/15", "192.168.50.0/24", "10.0.0.0/8", "fd00::/8"].map(
    prefix,
  );
  expect(countFree(defaultPools, used).free).toBe(31 - 1 - 2 - 1);
  expect(countFree(defaultPools, [prefix("0.0.0.0/0")]).free).toBe(0);
});

it("counts like somebody who tries each subnet", () => {
  const inside = fc
    .tuple(fc.bigInt(0n, 0xffffn), fc.integer({ min: 14, max: 32 }))
    .map(([low, length]) => prefixOf({ family: 4, value: (10n << 24n) | (low << 4n) }, length));
  fc.assert(
    fc.property(fc.array(inside, { maxLength: 8 }), fc.integer({ min: 14, max: 20 }), (used, size) => {
      const subnets = Array.from({ length: 2 ** (size - 14) }, (_, i) =>
        prefixOf({ family: 4, value: (10n << 24n) + (BigInt(i) << BigInt(32 - size)) }, size),
      );
      const free = subnets.filter(
        (subnet) => !used.some((one) => contains(one, subnet.address) || contains(subnet, one.address)),
      );
      expect(countFree([{ base: prefix("10.0.0.0/14"), size }], used)).toEqual({
        all: subnets.length,
        free: free.length,
      });
    }),
  );
});

it("is not put off by pools that have no subnets, nor by millions of them", () => {
  expect(
    countFree(
      [
        { base: prefix("10.0.0.0/8"), size: 4 },
        { base: prefix("fd00::/8"), size: 64 },
      ],
      [],
    ),
  ).toEqual({ all: 0, free: 0 });
  expect(countFree([{ base: prefix("10.0.0.0/8"), size: 32 }], [prefix("10.1.2.3/32")]).free).toBe(2 ** 24 - 1);
});
