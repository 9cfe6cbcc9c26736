import { freeAddressesOn } from "../../dataplane/free-address.ts";
import { strangers } from "../../dataplane/outside-candidates.ts";
import type { Dataplane } from "../../dataplane/types.ts";
import { hasName } from "../../firewall/read-field.ts";
import type { Rule } from "../../firewall/rules.ts";
import { lastAction, matchesBefore } from "../../firewall/statements.ts";
import { isMaybe, type Maybe } from "../../firewall/tri.ts";
import type { Address } from "../../lib/address.ts";
import type { Source } from "../../lib/source.ts";
import type { Bridge } from "../../model/host.ts";
import { askChains } from "./ask-chains.ts";

/**
 * Where FORWARD's policy drops a frame that a bridge switches from one port to another; null when it passes, when frames do
 * not meet iptables, or when a rule for addresses or ports that nobody knows might accept it (net/bridge/br_netfilter_hooks.c).
 * Where it is not known whether frames meet iptables, and only that decides, the reason.
 */
export function switchedDrop(dataplane: Dataplane, bridge: Bridge, family: 4 | 6): Source | Maybe | null {
  const stack = dataplane.own;
  const [from, to] = bridge.ports;
  const [source, destination] = machinesBehind(dataplane, bridge, family);
  const calls = dataplane.segments.get(`bridge:${bridge.name}`)?.callsIptables[family];
  if (from === undefined || to === undefined || calls === undefined || calls === false) return null;
  if (source === undefined || destination === undefined) return null;
  const answer = askChains(
    stack,
    "forward",
    {
      source,
      destination,
      protocol: 6,
      port: 443,
      incoming: bridge.name,
      outgoing: bridge.name,
      ports: { in: from, out: to },
    },
    true,
  );
  if (answer === null || answer === "unknown" || answer.outcome.verdict.kind !== "drop" || answer.outcome.rule !== null)
    return null;
  const mayAccept = answer.outcome.steps.some(
    ({ effect, rule }) =>
      effect === "passed" && lastAction(rule).kind !== "drop" && failsByPacketOnly(rule, bridge.name),
  );
  if (mayAccept) return null;
  return isMaybe(calls) ? calls : answer.base.chain.source;
}

/** Machines behind its ports: with addresses of its own subnets, else of those that nothing names. */
function* machinesBehind(dataplane: Dataplane, { name }: Bridge, family: 4 | 6): Generator<Address, undefined> {
  yield* freeAddressesOn(dataplane, name, family);
  yield* strangers(dataplane, family);
}

/** Whether a rule would match some packet of the bridge: its interfaces fit, and it asks for addresses or ports besides. */
function failsByPacketOnly(rule: Rule, bridge: string): boolean {
  return matchesBefore(rule).every((one) => one.kind !== "interface" || hasName(bridge, one) !== one.negated);
}
