import type { AddressRange } from "../firewall/fields.ts";
import type { AddressType } from "../firewall/matches.ts";
import { maybe, type Tri } from "../firewall/tri.ts";
import { type Address, bitsOf, isMapped, lastAddress, prefixOf, sameAddress } from "../lib/address.ts";
import { isMulticast } from "../lib/address-class.ts";
import { onceFor } from "../lib/once-for.ts";
import { lookupRoute, lookupTable, type RouteResult } from "./routing.ts";
import type { Stack } from "./types.ts";

/** Addresses, all between two bounds, that have one of the types asked for, have none, or of which that is not known. */
export interface TypedRange extends AddressRange {
  readonly has: Tri;
}

/**
 * Which addresses have one of these types: ranges in ascending order that together are all addresses of the family. What the
 * tables call an address is as `-m addrtype` asks it: for IPv4 only the local table counts and everything else is unicast
 * (net/ipv4/fib_frontend.c, inet_addr_type); IPv6 is asked otherwise (net/netfilter/xt_addrtype.c, match_type6).
 * `device`: the one interface whose routes count; null for all.
 */
export function addressesOfType(
  stack: Stack,
  family: 4 | 6,
  types: readonly AddressType[],
  device: string | null,
): readonly TypedRange[] {
  const known = rangesOf(stack);
  const key = JSON.stringify([family, types, device]);
  const ranges = known.get(key) ?? findRanges(stack, family, types, device);
  known.set(key, ranges);
  return ranges;
}

const rangesOf = onceFor((_: Stack) => new Map<string, readonly TypedRange[]>());

/** Whether an address has one of these types. */
export function addressHasType(
  stack: Stack,
  { family, value }: Address,
  types: readonly AddressType[],
  device: string | null,
): Tri {
  const ranges = addressesOfType(stack, family, types, device);
  let [low, high] = [0, ranges.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((ranges[middle] as TypedRange).from <= value) low = middle;
    else high = middle - 1;
  }
  return ranges[low]?.has ?? false;
}

/** All addresses between two places where any route, rule or class of addresses begins or ends are called the same. */
function findRanges(
  stack: Stack,
  family: 4 | 6,
  types: readonly AddressType[],
  device: string | null,
): readonly TypedRange[] {
  const ranges: TypedRange[] = [];
  const starts = edgesOf(stack, family);
  const last = (1n << BigInt(bitsOf(family))) - 1n;
  for (const [i, from] of starts.entries()) {
    const address = { family, value: from };
    const has =
      family === 4 ? types.includes(typeOfIpv4(stack, address, device)) : hasTypeIpv6(stack, address, types, device);
    const before = ranges.at(-1);
    const to = (starts[i + 1] ?? last + 1n) - 1n;
    if (before !== undefined && before.has === has) ranges[ranges.length - 1] = { ...before, to };
    else ranges.push({ from, to, has });
  }
  return ranges;
}

/** Where the classes of addresses begin and end that the kernel asks for before its tables. */
const classEdges = {
  4: [1n << 24n, 224n << 24n, 240n << 24n, 0xffffffffn],
  6: [1n, 0xffffn << 32n, 0x10000n << 32n, 0xffn << 120n],
};

/** Where ranges begin, in ascending order: the first address, and those with which something begins or behind which it ends. */
function edgesOf(stack: Stack, family: 4 | 6): readonly bigint[] {
  const prefixes = [
    ...stack.routes[family].map(({ to }) => to),
    ...stack.rules[family].flatMap(({ to }) => to ?? []),
    ...[...stack.interfaces.values()].flatMap(({ addresses }) =>
      addresses.flatMap(({ address }) => (address.family === family ? prefixOf(address, bitsOf(family)) : [])),
    ),
  ];
  const edges = new Set(classEdges[family]);
  for (const prefix of prefixes) edges.add(prefix.address.value).add(lastAddress(prefix).value + 1n);
  edges.add(0n).delete(1n << BigInt(bitsOf(family)));
  return [...edges].sort((a, b) => (a < b ? -1 : 1));
}

function typeOfIpv4(stack: Stack, address: Address, device: string | null): AddressType {
  if (address.value === 0n || address.value === 0xffffffffn || address.value >> 24n === 0n) return "broadcast";
  if (isMulticast(address)) return "multicast";
  const [found] = lookupTable(stack.routes[4], "local", address, null) ?? [];
  if (found === undefined || found.kind === "none" || found.kind === "open") return "unicast";
  if (device !== null && "device" in found && found.device !== device) return "unicast";
  return found.kind;
}

/** What kind of address it is has to be true of all types that are asked for, and what the routes say of one of them. */
function hasTypeIpv6(stack: Stack, address: Address, types: readonly AddressType[], device: string | null): Tri {
  const { value } = address;
  if (types.includes("multicast") && !isMulticast(address)) return false;
  if (types.includes("unicast") && (isMulticast(address) || value === 0n || isMapped(address))) return false;
  if (types.includes("unspec") && value !== 0n) return false;
  const routed = types.filter((type) => type === "local" || type === "anycast" || type === "unreachable");
  if (routed.length === 0) return true;
  const key = { destination: address, source: null, incoming: null, mark: 0 };
  const { results, because } = lookupRoute(stack, key);
  const [first] = results;
  if (first?.kind === "open") return maybe(first.why);
  const found = results.map((result) =>
    routedTypes(stack, address, result, device).some((type) => types.includes(type)),
  );
  return found.every((one) => one === found[0]) ? (found[0] ?? false) : maybe(...because);
}

/** What the route to an address makes of it; with an interface only a route by that one counts. */
function routedTypes(
  stack: Stack,
  address: Address,
  result: RouteResult,
  device: string | null,
): readonly AddressType[] {
  const isReached = "device" in result && (device === null || result.device === device);
  const isLocal =
    device === null
      ? result.kind === "local"
      : (stack.interfaces.get(device)?.addresses ?? []).some((own) => sameAddress(own.address, address));
  return [
    ...(isLocal ? (["local"] as const) : []),
    ...(isReached && result.kind === "anycast" ? (["anycast"] as const) : []),
    ...(isReached ? [] : (["unreachable"] as const)),
  ];
}
