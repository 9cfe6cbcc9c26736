import type { AddressType } from "../firewall/matches.ts";
import { maybe, type Tri } from "../firewall/tri.ts";
import { type Address, isMapped, sameAddress } from "../lib/address.ts";
import { isMulticast } from "../lib/address-class.ts";
import { lookupRoute, lookupTable, type RouteResult } from "./routing.ts";
import type { Stack } from "./types.ts";

/**
 * What the tables call an address, as `-m addrtype` asks it: for IPv4 only the local table counts and everything else is
 * unicast (net/ipv4/fib_frontend.c, inet_addr_type); IPv6 is asked otherwise (net/netfilter/xt_addrtype.c, match_type6).
 */
export function addressHasType(
  stack: Stack,
  address: Address,
  types: readonly AddressType[],
  device: string | null,
): Tri {
  return address.family === 4
    ? types.includes(typeOfIpv4(stack, address, device))
    : hasTypeIpv6(stack, address, types, device);
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
