import { bitsOf, lastAddress, type Prefix } from "../../lib/address.ts";
import { literalPrefix } from "../../lib/literals.ts";
import type { AddressPool } from "../../model/host.ts";

/**
 * The pools that the engine starts with: 15 subnets of 172.17.0.0/16 and above, 16 of 192.168.0.0/16 (moby,
 * libnetwork/ipamutils/utils.go, localScopeDefaultNetworks).
 */
export const defaultPools: readonly AddressPool[] = (
  [
    ["172.17.0.0/16", 16],
    ["172.18.0.0/16", 16],
    ["172.19.0.0/16", 16],
    ["172.20.0.0/14", 16],
    ["172.24.0.0/14", 16],
    ["172.28.0.0/14", 16],
    ["192.168.0.0/16", 20],
  ] as const
).map(([text, size]) => ({ base: literalPrefix(text), size }));

/** How many subnets the pools of IPv4 have, and how many of them nothing overlaps. Counts without listing them: a pool may have millions. */
export function countFree(
  pools: readonly AddressPool[],
  used: readonly Prefix[],
): { readonly all: number; readonly free: number } {
  const taken = used
    .filter(({ address }) => address.family === 4)
    .toSorted((a, b) => (a.address.value < b.address.value ? -1 : 1));
  let [all, free] = [0, 0];
  for (const { base: pool, size } of pools) {
    if (pool.address.family === 6 || !Number.isInteger(size) || size < pool.length || size > 32) continue;
    const subnets = 2 ** (size - pool.length);
    all += subnets;
    free += subnets - countTouched(pool, size, taken);
  }
  return { all, free };
}

/** How many subnets of a pool the prefixes overlap; `taken` is in the order of addresses. */
function countTouched(pool: Prefix, size: number, taken: readonly Prefix[]): number {
  const shift = BigInt(bitsOf(4) - size);
  const [first, last] = [pool.address.value >> shift, lastAddress(pool).value >> shift];
  let [next, touched] = [first, 0n];
  for (const prefix of taken) {
    const from = max(prefix.address.value >> shift, next);
    const to = min(lastAddress(prefix).value >> shift, last);
    if (to < from) continue;
    touched += to - from + 1n;
    next = to + 1n;
  }
  return Number(touched);
}

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);
