import { uplinkNames } from "../../dataplane/uplinks.ts";
import { type BridgeNetwork, bridgeNetworks } from "../../docker-rules/bridge-networks.ts";
import { addressesOf } from "../../docker-rules/own-addresses.ts";
import {
  appendCommand,
  indexRuleSet,
  type PresentRule,
  removeCommand,
  targetOf,
} from "../../docker-rules/rule-set-index.ts";
import { contains, overlap, type Prefix, parsePrefix, prefixAround } from "../../lib/address.ts";
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
        const narrowed = uplink !== undefined && !rule.options.some(({ name }) => name === "-o");
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

const known = new Set([
  "-s",
  "-d",
  "-o",
  "-j",
  "-m",
  "-p",
  "--dport",
  "--comment",
  "--to-source",
  "--random",
  "--random-fully",
]);

/** Whether a rule meets packets from outside that are about to leave by the network's bridge. */
function rewritesInbound(context: CheckContext, rule: PresentRule, { family, bridge, subnet }: BridgeNetwork): boolean {
  const target = targetOf(rule);
  if ((target !== "MASQUERADE" && target !== "SNAT") || !rule.options.every(({ name }) => known.has(name)))
    return false;
  return rule.options.every(({ name, values: [value = ""], negated }) => {
    if (name === "-o") return (value === bridge) !== negated;
    if (name === "-d") return meets(value, subnet) !== negated;
    return name !== "-s" || comesFromOutside(context, family, value, negated);
  });
}

function meets(value: string, subnet: Prefix): boolean {
  const prefix = parsePrefix(value);
  return prefix !== null && overlap(prefix, subnet);
}

/** Whether a source covers machines beyond the uplink: its own subnet lies in it. */
function comesFromOutside({ host, dataplane }: CheckContext, family: 4 | 6, value: string, negated: boolean): boolean {
  const source = parsePrefix(value);
  if (source === null) return false;
  if (source.length === 0) return !negated;
  const uplinks = new Set(uplinkNames(dataplane, family));
  const outside = addressesOf(host, family, (name) => uplinks.has(name));
  return outside.some((own) => contains(source, prefixAround(own).address) !== negated);
}
