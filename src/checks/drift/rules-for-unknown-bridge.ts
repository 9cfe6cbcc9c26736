import { bridgeNetworks } from "../../docker-rules/bridge-networks.ts";
import { indexNftRuleSet, nftTable } from "../../docker-rules/nft-rule-set-index.ts";
import { indexRuleSet, isDockerChain, type PresentRule, removeCommand } from "../../docker-rules/rule-set-index.ts";
import { meets } from "../../firewall/address-range.ts";
import { interfaceAsked, isSourceNat, rangeAsked } from "../../firewall/asked.ts";
import { matchesBefore, targetChain } from "../../firewall/statements.ts";
import { formatPrefix } from "../../lib/address.ts";
import { groupBy } from "../../lib/group-by.ts";
import type { Host } from "../../model/host.ts";
import { isNamedById } from "../../model/queries/docker-names.ts";
import { defineCheck } from "../check.ts";
import { uncompared } from "../uncompared.ts";
import { chainName, count } from "../words.ts";

export const rulesForUnknownBridge = defineCheck({
  id: "rules-for-unknown-bridge",
  severity: "warning",
  sureness: "proven",
  category: "drift",
  title: "Firewall rules name a bridge or a subnet that is gone",
  why: "Leftovers of deleted networks: harmless until a new network gets the same subnet, then they drop or misdirect its packets.",
  fix: "Delete the rules, or restart Docker. Engines from 20.10 to 28.0 write rules of deleted networks again at each `firewall-cmd --reload`: update to 28.1.0 or 25.0.x with the fix.",
  sources: [
    "https://github.com/moby/moby/issues/43440",
    "https://github.com/moby/moby/pull/49728",
    "https://github.com/Dokploy/dokploy/issues/5135",
  ],
  needs: [
    "docker-network-inspect",
    "ip-addr",
    ["iptables-save", "iptables-nft-save", "iptables-legacy-save", "ip6tables-save", "nft-ruleset"],
  ],
  *run({ host }) {
    yield* uncompared(host);
    const present = namesOnHost(host);
    if (present === null) return;
    for (const family of [4, 6] as const) {
      const rules = allRules(host, family);
      const gone = rules.flatMap((rule) => {
        const bridge = bridgesOf(rule).find((name) => !present.has(name));
        return bridge === undefined ? [] : [{ bridge, rule }];
      });
      for (const [bridge, found] of groupBy(gone, (one) => one.bridge)) {
        const own = found.map(({ rule }) => rule);
        yield {
          subject: { kind: "bridge", name: bridge },
          message: `${count(own.length, "rule")}${family === 6 ? " of ip6tables" : ""} ${own.length === 1 ? "names" : "name"} the bridge ${bridge}, which is neither on this host nor any network's.`,
          evidence: own.map(({ source }) => source),
          fix: { text: "Delete them.", commands: own.map(removeCommand), cutsTraffic: false },
        };
      }
      yield* formerSubnets(host, family, rules);
    }
  },
});

/** All names of interfaces and networks' bridges; null when the host's interfaces are not known. */
function namesOnHost(host: Host): ReadonlySet<string> | null {
  const interfaces = host.own.interfaces;
  if (!interfaces.known) return null;
  return new Set([
    ...interfaces.value.flatMap(({ name, altNames }) => [name, ...altNames]),
    ...host.bridges.map(({ name }) => name),
    ...host.networks.flatMap(({ bridge }) => (bridge === null ? [] : [bridge])),
  ]);
}

function allRules(host: Host, family: 4 | 6): readonly PresentRule[] {
  return [indexRuleSet(host, family), indexNftRuleSet(host, family)].flatMap((book) =>
    book.known ? [...book.value.chains.values()].flatMap(({ rules }) => rules) : [],
  );
}

/** The bridges of Docker's that a rule names: by the form of the name, or in a rule that only Docker writes. */
function bridgesOf(rule: PresentRule): readonly string[] {
  const isDockers = isDockerChain(rule.chain) || isDockerChain(targetChain(rule) ?? "");
  return matchesBefore(rule)
    .flatMap((one) => (one.kind === "interface" && !one.isPrefix ? one.name.split(",") : []))
    .filter((name) => isNamedById(name) || (isDockers && rule.table !== nftTable && isPlainName(name)));
}

/** lo and WSL's loopback0 are in Docker's rules, too. */
const isPlainName = (name: string): boolean => name !== "lo" && name !== "loopback0";

/** `-s SUBNET ! -o BRIDGE -j MASQUERADE` of a bridge whose network has another subnet now. */
function* formerSubnets(host: Host, family: 4 | 6, rules: readonly PresentRule[]) {
  const networks = bridgeNetworks(host, family);
  for (const rule of rules) {
    if (rule.chain !== "POSTROUTING" || !isSourceNat(rule)) continue;
    const source = rangeAsked(rule, "source");
    const bridge = interfaceAsked(rule, "out", true);
    const network = networks.find((each) => each.bridge === bridge);
    if (source === null || network === undefined || meets(source, network.subnet)) continue;
    yield {
      subject: { kind: "network" as const, name: network.network.name },
      message: `${chainName(family, rule.table, rule.chain)} still has ${rule.text}, but network ${network.network.name} on ${network.bridge} has the subnet ${formatPrefix(network.subnet)}.`,
      evidence: [rule.source, ...network.network.sources.slice(0, 1)],
      fix: { text: "Delete it.", commands: [removeCommand(rule)], cutsTraffic: false },
      sureness: "strong" as const,
    };
  }
}
