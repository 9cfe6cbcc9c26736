import { bridgeNetworks } from "../../docker-rules/bridge-networks.ts";
import { compareRules } from "../../docker-rules/compare.ts";
import { removeCommand } from "../../docker-rules/rule-set-index.ts";
import { isWholly } from "../../firewall/address-range.ts";
import { isSourceNat, rangeAsked } from "../../firewall/asked.ts";
import { formatPrefix } from "../../lib/address.ts";
import { defineCheck } from "../check.ts";
import { uncompared } from "../uncompared.ts";
import { chainName, restartDocker, rulesNeed, surenessOf } from "../words.ts";

export const internalNetworkNotIsolated = defineCheck({
  id: "internal-network-not-isolated",
  severity: "error",
  sureness: "proven",
  category: "isolation",
  title: "An internal network is not cut off from the outside",
  why: "`--internal` promises that containers of the network reach nobody beyond it and nobody reaches them; two DROP rules keep that promise, and nothing else does.",
  fix: "Restart Docker, which writes the two rules again. Where even the host must not be reached, make the network with `-o com.docker.network.bridge.gateway_mode_ipv4=isolated` (28.0).",
  sources: [
    "moby libnetwork/drivers/bridge/setup_ip_tables_linux.go setupInternalNetworkRules (v20.10.24 to v28.0.1); internal/iptabler/network.go, internal/nftabler/network.go (v29.0.0)",
    "https://docs.docker.com/engine/network/port-publishing/",
  ],
  needs: ["docker-network-inspect", rulesNeed],
  *run({ host }) {
    yield* uncompared(host);
    for (const { family, book, missing } of compareRules(host).families) {
      for (const { network, bridge, subnet, internal } of bridgeNetworks(host, family)) {
        if (!internal) continue;
        const subject = { kind: "network" as const, name: network.name };
        const lost = missing.filter(
          ({ expected }) => expected.purpose === "internal-drop" && expected.networkId === network.id,
        );
        const [first] = lost;
        if (first !== undefined)
          yield {
            subject,
            message: `Internal network ${network.name} on ${bridge} lacks ${lost.length} of its 2 DROP rules in ${chainName(family, first.expected.table, first.expected.chain)}: ${lost.map(({ expected }) => expected.text).join(" and ")}.`,
            evidence: lost.flatMap(({ evidence }) => evidence),
            fix: restartDocker,
            sureness: surenessOf(book),
            causedBy: [{ check: "docker-chains-missing" }],
          };
        const nat = (book.chains.get("nat POSTROUTING")?.rules ?? []).filter(
          (rule) => isSourceNat(rule) && isWholly(rangeAsked(rule, "source"), subnet),
        );
        if (nat.length > 0)
          yield {
            subject,
            message: `Internal network ${network.name} has source NAT for its subnet ${formatPrefix(subnet)}, which Docker never writes for one: ${nat[0]?.text}.`,
            evidence: [...nat.map(({ source }) => source), ...network.sources.slice(0, 1)],
            fix: { text: "Delete the rule.", commands: nat.map(removeCommand), cutsTraffic: false },
            severity: first === undefined ? "warning" : "error",
          };
      }
    }
  },
});
