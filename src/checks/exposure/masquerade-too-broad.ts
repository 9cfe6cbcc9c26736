import { uplinkNames } from "../../dataplane/uplinks.ts";
import { type BridgeNetwork, bridgeNetworks } from "../../docker-rules/bridge-networks.ts";
import { addressesOf } from "../../docker-rules/own-addresses.ts";
import { appendCommand, indexRuleSet, type PresentRule, removeCommand } from "../../docker-rules/rule-set-index.ts";
import { isEverything, isInRange, meets } from "../../firewall/address-range.ts";
import { asksOnly, isSourceNat, speaksOf } from "../../firewall/asked.ts";
import type { AddressRange } from "../../firewall/fields.ts";
import { asAddressTest } from "../../firewall/fields.ts";
import { hasName } from "../../firewall/read-field.ts";
import { matchesBefore } from "../../firewall/statements.ts";
import { prefixAround } from "../../lib/address.ts";
import { sh } from "../../lib/command.ts";
import { type CheckContext, defineCheck } from "../check.ts";
import { chainName, some } from "../words.ts";

export const masqueradeTooBroad = defineCheck({
  id: "masquerade-too-broad",
  severity: "warning",
  sureness: "strong",
  category: "exposure",
  title: "Source NAT also rewrites traffic on its way into containers",
  why: "Containers log the bridge's address for every client, so access lists by address are void and fail2ban bans the gateway.",
  fix: "Limit the rule to what leaves the host: give it `-o` with the uplink, and `-s` with the subnets that need it.",
  sources: ["https://github.com/moby/moby/issues/45629"],
  needs: ["docker-network-inspect", ["iptables-save", "iptables-nft-save", "iptables-legacy-save"]],
  wants: ["ip-addr", "ip-route"],
  *run(context) {
    const { host, dataplane } = context;
    for (const family of [4, 6] as const) {
      const book = indexRuleSet(host, family);
      const chain = book.known ? book.value.chains.get("nat POSTROUTING") : undefined;
      const networks = bridgeNetworks(host, family);
      for (const rule of chain?.rules ?? []) {
        const hit = networks.filter((network) => rewritesInbound(context, rule, network));
        if (hit.length === 0) continue;
        const [uplink] = uplinkNames(dataplane, family);
        const narrowed = uplink !== undefined && !speaksOf(rule, "out");
        yield {
          subject: { kind: "chain", name: chainName(family, "nat", "POSTROUTING") },
          message: `${rule.text} also rewrites the clients of ${some(hit.map(({ network }) => network.name))}: the containers see the address of ${some(hit.map(({ bridge }) => bridge))} instead.`,
          evidence: [rule.source],
          fix: {
            text: "Put a rule in its place that only meets what leaves the host.",
            commands: [removeCommand(rule), ...(narrowed ? [appendCommand(rule, sh`-o ${uplink}`)] : [])],
            cutsTraffic: false,
          },
        };
      }
    }
  },
});

/** Whether a rule meets packets from outside that are about to leave by the network's bridge. */
function rewritesInbound(context: CheckContext, rule: PresentRule, { family, bridge, subnet }: BridgeNetwork): boolean {
  if (!isSourceNat(rule) || !asksOnly(rule, "source", "destination", "out", "protocol", "destination-port"))
    return false;
  return matchesBefore(rule).every((one) => {
    if (one.kind === "interface") return hasName(bridge, one) !== one.negated;
    const [range, ...others] = asAddressTest(one)?.ranges ?? [];
    if (range === undefined) return true;
    if (one.kind !== "field" || one.mask !== null || others.length > 0) return false;
    return one.field === "source"
      ? comesFromOutside(context, family, range, one.negated)
      : meets(range, subnet) !== one.negated;
  });
}

/** Whether a source covers machines beyond the uplink: its own subnet lies in it. */
function comesFromOutside(
  { host, dataplane }: CheckContext,
  family: 4 | 6,
  source: AddressRange,
  negated: boolean,
): boolean {
  if (isEverything(source, family)) return !negated;
  const uplinks = new Set(uplinkNames(dataplane, family));
  const outside = addressesOf(host, family, (name) => uplinks.has(name));
  return outside.some((own) => isInRange(prefixAround(own).address, source) !== negated);
}
