import { bridgeNetworks } from "../../docker-rules/bridge-networks.ts";
import { compareRules } from "../../docker-rules/compare.ts";
import { covers } from "../../docker-rules/masquerades.ts";
import { commandOf } from "../../docker-rules/rule-set-index.ts";
import { formatPrefix } from "../../lib/address.ts";
import { sh } from "../../lib/command.ts";
import { isOfIptables, tableState } from "../../model/queries/nft-tables.ts";
import type { NftRuleset } from "../../parsers/nft-ruleset.ts";
import { defineCheck } from "../check.ts";
import { uncompared } from "../uncompared.ts";
import { chainName, rulesNeed, surenessOf } from "../words.ts";

export const masqueradeMissing = defineCheck({
  id: "masquerade-missing",
  severity: "error",
  sureness: "strong",
  category: "connectivity",
  title: "Containers of a network have no source NAT to the outside",
  why: "Packets leave the host with the container's private address: answers come back only where the next router has a route to it, so apt, DNS and APIs time out.",
  fix: 'Restart Docker; until then add the rule by hand. Look for `"iptables": false` and `"ip-masq": false` in daemon.json and for scripts that flush nat.',
  sources: [
    "https://github.com/moby/moby/issues/13381",
    "https://github.com/moby/moby/issues/36151",
    "moby libnetwork/drivers/bridge/setup_ip_tables_linux.go setupNonInternalNetworkRules; internal/nftabler/network.go",
  ],
  needs: ["docker-network-inspect", rulesNeed],
  *run({ host }) {
    yield* uncompared(host);
    for (const { family, book, missing } of compareRules(host).families) {
      for (const network of bridgeNetworks(host, family)) {
        const rule = missing.find(
          ({ expected }) => expected.purpose === "masquerade" && expected.networkId === network.network.id,
        );
        if (rule === undefined || covers(book, network).length > 0) continue;
        const nft = host.own.nftables;
        const elsewhere = nft.known ? nftMasquerades(nft.value.ruleset) : [];
        const { name } = network.network;
        yield {
          subject: { kind: "network", name },
          message: `Containers of network ${name} leave the host with their own addresses of ${formatPrefix(network.subnet)}: ${chainName(family, "nat", "POSTROUTING")} has no source NAT for it${elsewhere.length > 0 ? `, unless that in nftables table ${elsewhere[0]} is meant for it` : ""}.`,
          evidence: rule.evidence,
          fix: {
            text: "Restarting Docker writes the rule; by hand it is this.",
            commands:
              rule.expected.table === "nat"
                ? [
                    sh`sudo ${commandOf(family)} -t nat -A POSTROUTING -s ${formatPrefix(network.subnet)} ! -o ${network.bridge} -j ${network.sourceAddress === null ? sh`MASQUERADE` : sh`SNAT --to-source ${network.sourceAddress}`}`,
                  ]
                : [sh`sudo systemctl restart docker`],
            cutsTraffic: rule.expected.table !== "nat",
          },
          ...(elsewhere.length > 0 ? { severity: "warning" } : {}),
          sureness: elsewhere.length > 0 ? "hint" : surenessOf(book, nft.known ? "proven" : "strong"),
          causedBy: [
            { check: "docker-chains-missing" },
            { check: "docker-jump-missing", subject: { kind: "chain", name: chainName(family, "nat", "POSTROUTING") } },
          ],
        };
      }
    }
  },
});

/** The nftables tables of others that masquerade: firewalld's, a hand-written one. */
function nftMasquerades(ruleset: NftRuleset): string[] {
  return ruleset.rules
    .filter(
      ({ family, table, expr }) =>
        !(table === "nat" && isOfIptables({ family, table })) &&
        table !== "docker-bridges" &&
        tableState(ruleset, { family, table }) !== "dormant" &&
        JSON.stringify(expr).includes('"masquerade"'),
    )
    .map(({ family, table }) => `${family} ${table}`);
}
