import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressesOfType, addressHasType } from "../../src/dataplane/address-type.ts";
import { buildDataplane } from "../../src/dataplane/dataplane.ts";
import type { Stack } from "../../src/dataplane/types.ts";
import type { AddressType } from "../../src/firewall/matches.ts";
import { bitsOf, contains, lastAddress } from "../../src/lib/address.ts";
import { isMulticast } from "../../src/lib/address-class.ts";
import { runs } from "../support/extent.ts";
import { bundledHost } from "../support/fixtures.ts";

const hosts = ["ipv6-docker28", "drivers-docker28", "seed-docker20"] as const;
const stacksOf = async (): Promise<readonly Stack[]> =>
  (await Promise.all(hosts.map(async (name) => [...buildDataplane(await bundledHost(name)).stacks.values()]))).flat();

/** What inet_addr_type calls an address, from the routes one by one. */
function typeByRoutes({ routes }: Stack, value: bigint, device: string | null): string {
  const address = { family: 4 as const, value };
  if (value === 0xffffffffn || value < 1n << 24n) return "broadcast";
  if (isMulticast(address)) return "multicast";
  const [best] = routes[4]
    .filter(({ table, to }) => table === "local" && contains(to, address))
    .toSorted((a, b) => b.to.length - a.to.length || a.metric - b.metric);
  const [hop] = best?.nexthops ?? [];
  return best === undefined || (device !== null && hop?.device !== device) ? "unicast" : best.type;
}

/** Addresses at and beside the edges of what the namespace knows, and any others. */
const nearby = (stack: Stack, family: 4 | 6): fc.Arbitrary<bigint> => {
  const most = (1n << BigInt(bitsOf(family))) - 1n;
  const edges = stack.routes[family].flatMap(({ to }) => [to.address.value, lastAddress(to).value]);
  const some = fc
    .constantFrom(0n, most, ...edges)
    .chain((edge) => fc.bigInt({ min: -2n, max: 2n }).map((by) => edge + by));
  return fc.oneof(some, fc.bigInt({ min: 0n, max: most })).filter((value) => value >= 0n && value <= most);
};

const types: readonly (readonly AddressType[])[] = [["local"], ["unicast"], ["broadcast", "local"], ["multicast"]];

describe("addresses of a type", () => {
  test("are those that the routes call so, on all interfaces or on one", async () => {
    const stacks = await stacksOf();
    const anyCase = fc
      .constantFrom(...stacks)
      .chain((stack) =>
        fc.tuple(
          fc.constant(stack),
          nearby(stack, 4),
          fc.constantFrom(...types),
          fc.constantFrom(null, ...stack.interfaces.keys()),
        ),
      );
    fc.assert(
      fc.property(anyCase, ([stack, value, asked, device]) => {
        expect(addressHasType(stack, { family: 4, value }, asked, device)).toBe(
          asked.some((type) => type === typeByRoutes(stack, value, device)),
        );
      }),
      { numRuns: runs(1000) },
    );
  });

  test("of IPv6 are local where the namespace has them, and nowhere else", async () => {
    const stacks = (await stacksOf()).filter(({ rules }) => rules[6].length < 4);
    const anyCase = fc.constantFrom(...stacks).chain((stack) => fc.tuple(fc.constant(stack), nearby(stack, 6)));
    fc.assert(
      fc.property(anyCase, ([stack, value]) => {
        const address = { family: 6 as const, value };
        const isOwn = stack.routes[6].some(({ type, to }) => type === "local" && contains(to, address));
        expect(addressHasType(stack, address, ["local"], null)).toBe(isOwn);
      }),
      { numRuns: runs(1000) },
    );
  });

  test("stand in ranges that follow one another and leave nothing out", async () => {
    for (const stack of await stacksOf())
      for (const family of [4, 6] as const) {
        const ranges = addressesOfType(stack, family, ["local"], null);
        expect(ranges[0]?.from).toBe(0n);
        expect(ranges.at(-1)?.to).toBe((1n << BigInt(bitsOf(family))) - 1n);
        for (const [i, { from, to, has }] of ranges.entries()) {
          expect(from <= to).toBe(true);
          const before = ranges[i - 1];
          if (before === undefined) continue;
          expect(before.to).toBe(from - 1n);
          expect(before.has).not.toBe(has);
        }
      }
  });
});
