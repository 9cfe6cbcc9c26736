import { isMaybe, maybe, type Tri } from "../firewall/tri.ts";
import { type Address, contains, formatAddress, formatPrefix } from "../lib/address.ts";
import { onceFor } from "../lib/once-for.ts";
import type { Source } from "../lib/source.ts";
import type { PolicyRule, Route } from "../model/host.ts";
import type { Reason } from "../reasons/reason.ts";
import { unevaluatedSelectors } from "./policy-rules.ts";
import { bestRoute, isAlive } from "./routing-tables.ts";
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
export function lookupTable(
  routes: readonly Route[],
  table: string,
  destination: Address,
  suppress: number | null,
): readonly RouteResult[] | null {
  const best = bestRoute(routes, table, destination);
  if (best === null || best.type === "throw") return null;
  if (suppress !== null && best.to.length <= suppress) return null;
  return toResults(best);
}

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

/** Whether an address is one of the namespace's own, on whatever interface. */
export function isLocal(stack: Stack, address: Address): boolean {
  const [found] = lookupTable(stack.routes[address.family], "local", address, null) ?? [];
  return found?.kind === "local";
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
