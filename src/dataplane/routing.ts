import type { AddressType } from "../firewall/rules.ts";
import { isMaybe, maybe, type Tri } from "../firewall/tri.ts";
import { type Address, bitsOf, contains, formatAddress, formatPrefix, isMapped, sameAddress } from "../lib/address.ts";
import { isLinkLocal, isMulticast } from "../lib/address-class.ts";
import { onceFor } from "../lib/once-for.ts";
import type { Source } from "../lib/source.ts";
import type { PolicyRule, Route } from "../model/host.ts";
import type { Reason } from "../reasons/reason.ts";
import { unevaluatedSelectors } from "./policy-rules.ts";
import type { Stack } from "./types.ts";

/** What a route lookup is asked with. */
export interface RouteKey {
  readonly destination: Address;
  readonly source: Address | null;
  readonly incoming: string | null;
  readonly mark: number;
}

/** What the routing tables say. Several where multipath or a rule that cannot be evaluated leaves a choice. */
export type RouteResult =
  | {
      readonly kind: "local";
      readonly device: string;
      readonly route: Route;
      readonly preferredSource: Address | null;
    }
  | {
      readonly kind: "unicast";
      readonly device: string;
      readonly gateway: Address | null;
      readonly route: Route;
      readonly preferredSource: Address | null;
    }
  | {
      readonly kind: "broadcast" | "multicast" | "anycast";
      readonly device: string;
      readonly route: Route;
      readonly preferredSource: Address | null;
    }
  | {
      readonly kind: "blackhole" | "unreachable" | "prohibit";
      readonly by: string;
      readonly sources: readonly Source[];
    }
  | { readonly kind: "none" }
  /** Too many routes are possible to follow each. */
  | { readonly kind: "open"; readonly why: Reason };

/** The results of a lookup; `because` says why there is more than one, and is empty for a single one. */
export interface RouteAnswer {
  readonly results: readonly RouteResult[];
  readonly because: readonly Reason[];
}

const answersOf = onceFor((_: Stack) => new Map<string, RouteAnswer>());

/**
 * Looks a route up as the kernel does: policy rules in the order of their priorities, in each table the longest prefix and
 * among equal ones the smallest metric (net/core/fib_rules.c, net/ipv4/fib_trie.c, net/ipv6/route.c).
 */
export function lookupRoute(stack: Stack, key: RouteKey): RouteAnswer {
  const answers = answersOf(stack);
  const { destination, source, incoming, mark } = key;
  const text = `${destination.family} ${destination.value} ${source?.value ?? ""} ${incoming ?? ""} ${mark}`;
  const cached = answers.get(text);
  if (cached !== undefined) return cached;
  const answer = applyRules(stack, key);
  if (answers.size < 50_000) answers.set(text, answer);
  return answer;
}

/** As many possible routes are followed: multipath routes of people have a few, and rules that cannot be evaluated are rare. */
const mostResults = 64;

function applyRules(stack: Stack, key: RouteKey): RouteAnswer {
  const { family } = key.destination;
  const rules = stack.rules[family];
  const results: RouteResult[] = [];
  const because: Reason[] = [];
  for (let at = 0; at < rules.length; at++) {
    const rule = rules[at];
    if (rule === undefined) break;
    const matches = ruleMatches(rule, key);
    if (matches === false) continue;
    const { action } = rule;
    if (action.kind === "nop") continue;
    if (action.kind === "goto") {
      if (rule.priority >= action.priority) break;
      at = firstFrom(rules, action.priority) - 1;
      continue;
    }
    const found: readonly RouteResult[] | null =
      action.kind === "lookup"
        ? lookupTable(stack.routes[family], action.table, key.destination, rule.suppressPrefixLength)
        : [{ kind: action.kind, by: `ip rule ${rule.priority}`, sources: rule.sources }];
    if (found === null) continue;
    if (results.length + found.length > mostResults)
      return { results: [{ kind: "open", why: { code: "routes-too-many", most: mostResults } }], because: [] };
    results.push(...found);
    if (!isMaybe(matches)) {
      if (found.length > 1) because.push({ code: "multipath" });
      return { results, because };
    }
    because.push(...matches.because);
  }
  return { results: [...results, { kind: "none" }], because };
}

/** The place of the first rule with at least this priority, which they are sorted by; the end where there is none. */
function firstFrom(rules: readonly PolicyRule[], priority: number): number {
  let [low, high] = [0, rules.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rules[middle]?.priority ?? 0) < priority) low = middle + 1;
    else high = middle;
  }
  return low;
}

function ruleMatches(rule: PolicyRule, key: RouteKey): Tri {
  const selects =
    (rule.from === null || (key.source !== null && contains(rule.from, key.source))) &&
    (rule.to === null || contains(rule.to, key.destination)) &&
    (rule.incomingInterface === null || rule.incomingInterface === (key.incoming ?? "lo")) &&
    rule.outgoingInterface === null &&
    (rule.mark === null || ((key.mark ^ rule.mark.value) & rule.mark.mask) === 0);
  const unevaluated = selects ? unevaluatedSelectors(rule) : null;
  if (unevaluated !== null)
    return maybe({ code: "policy-rule-selector", priority: rule.priority, selector: unevaluated });
  return selects !== rule.not;
}

/** The best route of a table, or null to go on with the next rule (nothing found, `throw`, or suppressed). */
function lookupTable(
  routes: readonly Route[],
  table: string,
  destination: Address,
  suppress: number | null,
): readonly RouteResult[] | null {
  let best: Route | null = null;
  for (const route of routes) {
    if (route.table !== table || !contains(route.to, destination)) continue;
    if (!isUsable(route)) continue;
    if (
      best === null ||
      route.to.length > best.to.length ||
      (route.to.length === best.to.length && route.metric < best.metric)
    )
      best = route;
  }
  if (best === null || best.type === "throw") return null;
  if (suppress !== null && best.to.length <= suppress) return null;
  return toResults(best);
}

/** A route whose every next hop is dead is passed over (fib_select, RTNH_F_DEAD). */
function isUsable({ nexthops }: Route): boolean {
  return nexthops.length === 0 || nexthops.some(isAlive);
}

const isAlive = ({ flags }: Route["nexthops"][number]): boolean => !flags.includes("dead");

function toResults(route: Route): readonly RouteResult[] {
  switch (route.type) {
    case "blackhole":
    case "unreachable":
    case "prohibit":
      return [{ kind: route.type, by: `${route.type} ${formatPrefix(route.to)}`, sources: route.sources }];
    default: {
      const live = route.nexthops.filter((hop) => isAlive(hop) && hop.device !== null);
      const kind =
        route.type === "local" || route.type === "broadcast" || route.type === "multicast" || route.type === "anycast"
          ? route.type
          : "unicast";
      return live.map(({ via, device }) => {
        const shared = { device: device ?? "", route, preferredSource: route.preferredSource };
        return kind === "unicast" ? { kind, gateway: via, ...shared } : { kind, ...shared };
      });
    }
  }
}

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

/** Whether an address is one of the namespace's own, on whatever interface. */
export function isLocal(stack: Stack, address: Address): boolean {
  const [found] = lookupTable(stack.routes[address.family], "local", address, null) ?? [];
  return found?.kind === "local";
}

/**
 * The source address that the kernel gives a new connection: the route's, else for IPv4 the first one of the interface in
 * the next hop's subnet, else its first (net/ipv4/devinet.c, inet_select_addr); for IPv6 of the same scope the one that
 * shares the longest prefix (RFC 6724; net/ipv6/addrconf.c, ipv6_dev_get_saddr). Null when the namespace has none.
 */
export function selectSource(stack: Stack, destination: Address, result: RouteResult): Address | null {
  if (!("device" in result)) return null;
  if (result.preferredSource !== null) return result.preferredSource;
  if (result.kind === "local") return destination;
  const next = result.kind === "unicast" ? (result.gateway ?? destination) : destination;
  return addressOn(stack, result.device, next, destination);
}

/** The address of an interface, or for want of one of the namespace, towards a next hop; what MASQUERADE asks for, too. */
export function addressOn(stack: Stack, device: string, next: Address, destination: Address): Address | null {
  const { family } = destination;
  if (family === 4) {
    const own = (stack.interfaces.get(device)?.addresses ?? []).filter(({ address }) => address.family === 4);
    const primary = own.filter(({ flags, scope }) => !flags.includes("secondary") && scope !== "host");
    const found = primary.find(({ prefix }) => contains(prefix, next)) ?? primary[0] ?? anyGlobal(stack)[0];
    return found?.address ?? null;
  }
  return bestIpv6Source(stack, device, destination);
}

/** The first rules of RFC 6724 that can differ here: same address, scope, not deprecated, outgoing interface, label, longest prefix. */
function bestIpv6Source(stack: Stack, device: string, destination: Address): Address | null {
  const linkLocal = isLinkLocal(destination);
  const candidates = [...stack.interfaces.values()].flatMap(({ name, addresses }) =>
    addresses
      .filter(
        ({ address, flags }) => address.family === 6 && !flags.includes("tentative") && !flags.includes("dadfailed"),
      )
      .filter(({ address }) => (linkLocal ? name === device : true) && !isIpv6Loopback(address))
      .map(({ address, flags }) => ({
        address,
        score: [
          sameAddress(address, destination),
          isLinkLocal(address) === linkLocal,
          !flags.includes("deprecated"),
          name === device,
          labelOf(address) === labelOf(destination),
        ].map(Number),
      })),
  );
  const compare = (a: readonly number[], b: readonly number[]) => {
    for (const [i, x] of a.entries()) if (x !== b[i]) return (b[i] ?? 0) - x;
    return 0;
  };
  const [best] = candidates.toSorted(
    (a, b) => compare(a.score, b.score) || sharedBits(b.address, destination) - sharedBits(a.address, destination),
  );
  return best?.address ?? (isIpv6Loopback(destination) ? destination : null);
}

const isIpv6Loopback = ({ family, value }: Address): boolean => family === 6 && value === 1n;

/** The kernel's policy table, as far as its labels tell unicast ranges apart (net/ipv6/addrlabel.c). */
function labelOf(address: Address): number {
  const { value } = address;
  if (value === 1n) return 0;
  if (value >> 112n === 0x2002n) return 2;
  if (isMapped(address)) return 4;
  if (value >> 121n === 0x7en) return 5;
  if (value >> 96n === 0x20010000n) return 6;
  return 1;
}

/** The IPv4 addresses of other interfaces that may stand in, in the order of the interfaces (inet_select_addr). */
function anyGlobal(stack: Stack) {
  return [...stack.interfaces.values()].flatMap(({ addresses }) =>
    addresses.filter(({ address, scope }) => address.family === 4 && scope !== "host" && scope !== "link"),
  );
}

function sharedBits(a: Address, b: Address): number {
  const difference = a.value ^ b.value;
  return difference === 0n ? bitsOf(a.family) : bitsOf(a.family) - difference.toString(2).length;
}

/**
 * Whether the reverse-path filter lets a packet with this source in (net/ipv4/fib_frontend.c, fib_validate_source): strict
 * asks that the way back leaves by the interface it came in by, loose that there is one. IPv6 has no such filter.
 */
export function passesReversePath(
  stack: Stack,
  { source, destination }: { readonly source: Address; readonly destination: Address },
  incoming: string,
  mode: "strict" | "loose",
  mark: number,
): boolean {
  // The kernel asks for the way that an answer would take: from the packet's destination to its source.
  const { results } = lookupRoute(stack, { destination: source, source: destination, incoming: null, mark });
  return results.some(
    (result) => "device" in result && result.kind !== "local" && (mode === "loose" || result.device === incoming),
  );
}

/** The interface and the gateway of a route, as a step names them. */
export const hopOf = (result: RouteResult): { readonly interface?: string; readonly gateway?: string } => ({
  ...("device" in result ? { interface: result.device } : {}),
  ...(result.kind === "unicast" && result.gateway !== null ? { gateway: formatAddress(result.gateway) } : {}),
});

/** `10.0.0.0/8 via 192.0.2.1 dev eth0` → a short text for a step. */
export function describeRoute(result: RouteResult): string {
  switch (result.kind) {
    case "none":
      return "no route";
    case "blackhole":
    case "unreachable":
    case "prohibit":
      return result.by;
    case "unicast":
      return `${result.gateway === null ? "directly" : `via ${formatAddress(result.gateway)}`} out of ${result.device}`;
    default:
      return `${result.kind}`;
  }
}
