import { type Address, bitsOf } from "../lib/address.ts";
import { onceFor } from "../lib/once-for.ts";
import type { Route } from "../model/host.ts";

/** The routes of one table to networks of one size: by the leading bits of the network, the best of each. */
interface Level {
  readonly hostBits: bigint;
  readonly routes: Map<bigint, Route>;
}

/**
 * The best route of a table to an address: the longest prefix, and among equal ones the smallest metric
 * (net/ipv4/fib_trie.c, net/ipv6/ip6_fib.c); null where none leads there.
 */
export function bestRoute(routes: readonly Route[], table: string, { family, value }: Address): Route | null {
  for (const { hostBits, routes: level } of tablesOf[family](routes).get(table) ?? []) {
    const found = level.get(value >> hostBits);
    if (found !== undefined) return found;
  }
  return null;
}

const tablesOf = {
  4: onceFor((routes: readonly Route[]) => sortTables(routes, 4)),
  6: onceFor((routes: readonly Route[]) => sortTables(routes, 6)),
};

function sortTables(routes: readonly Route[], family: 4 | 6): ReadonlyMap<string, readonly Level[]> {
  const tables = new Map<string, Map<number, Level>>();
  for (const route of routes) {
    const { address, length } = route.to;
    if (address.family !== family || !isUsable(route)) continue;
    const levels = tables.get(route.table) ?? new Map<number, Level>();
    tables.set(route.table, levels);
    const level = levels.get(length) ?? { hostBits: BigInt(bitsOf(family) - length), routes: new Map() };
    levels.set(length, level);
    const key = address.value >> level.hostBits;
    const known = level.routes.get(key);
    if (known === undefined || route.metric < known.metric) level.routes.set(key, route);
  }
  return new Map(
    [...tables].map(([name, levels]) => [
      name,
      [...levels.values()].sort((a, b) => (a.hostBits < b.hostBits ? -1 : 1)),
    ]),
  );
}

/** A route whose every next hop is dead is passed over (fib_select, RTNH_F_DEAD). */
function isUsable({ nexthops }: Route): boolean {
  return nexthops.length === 0 || nexthops.some(isAlive);
}

export const isAlive = ({ flags }: Route["nexthops"][number]): boolean => !flags.includes("dead");
