import { type Address, contains, formatAddress } from "../lib/address.ts";
import type { PolicyRule, Route } from "../model/host.ts";
import { unevaluatedSelectors } from "./policy-rules.ts";
import { lookupRoute } from "./routing.ts";
import type { Stack } from "./types.ts";

/** A policy rule that leads packets for a container out of another interface than its bridge. */
export interface Detour {
  readonly rule: PolicyRule;
  /** Which packets: `from 192.168.50.10`, `with mark 0x1`. */
  readonly key: string;
  readonly device: string;
  readonly route: Route;
}

/** The kernel's own rules are for every packet: local at 0, main at 32766, default at 32767 (net/ipv4/fib_rules.c). */
const ownTables = new Set(["local", "main", "default", "255", "254", "253"]);

/**
 * Looks up the way to a container for packets as each foreign rule wants them: with the host's address that it names, with its
 * mark, or any. Rules that ask for something this program does not evaluate are left alone, and so are those for packets
 * coming in by one interface: such a rule routes what others send, on purpose.
 */
export function detours(stack: Stack, destination: Address, bridge: string): readonly Detour[] {
  const { family } = destination;
  return stack.rules[family].flatMap((rule): Detour[] => {
    if (rule.action.kind !== "lookup" || ownTables.has(rule.action.table)) return [];
    if (unevaluatedSelectors(rule) !== null || rule.to !== null) return [];
    if (rule.incomingInterface !== null || rule.outgoingInterface !== null) return [];
    const source = sourceFor(stack, rule, family);
    if (source === undefined) return [];
    const mark = rule.not || rule.mark === null ? 0 : rule.mark.value & rule.mark.mask;
    const { results, because } = lookupRoute(stack, { destination, source, incoming: null, mark });
    const [result, ...others] = results;
    if (result === undefined || others.length > 0 || because.length > 0) return [];
    if (!("device" in result) || result.kind !== "unicast" || result.device === bridge) return [];
    if (result.route.table !== rule.action.table) return [];
    return [{ rule, key: describe(source, mark, rule), device: result.device, route: result.route }];
  });
}

/** An address of the host that the rule is for; null for a rule that asks for none, undefined where the host has none such. */
function sourceFor(stack: Stack, { from, not }: PolicyRule, family: 4 | 6): Address | null | undefined {
  if (from === null || from.length === 0) return null;
  if (not) return undefined;
  for (const { addresses } of stack.interfaces.values())
    for (const { address } of addresses) if (address.family === family && contains(from, address)) return address;
  return undefined;
}

function describe(source: Address | null, mark: number, { not }: PolicyRule): string {
  const parts = [
    ...(source === null ? [] : [`from ${formatAddress(source)}`]),
    ...(mark === 0 ? [] : [`with mark 0x${mark.toString(16)}`]),
  ];
  return parts.length > 0 ? parts.join(" ") : not ? "without the VPN's mark" : "of the host's own";
}
