import { sh } from "../../lib/command.ts";
import type { Host } from "../../model/host.ts";
import { routedNetworks } from "../../model/queries/attached.ts";
import { defineCheck } from "../check.ts";
import { nftDrops, untold } from "../nftables/forward.ts";
import { forwardCases } from "../nftables/packets.ts";
import { zoneOf } from "../signatures/firewalld.ts";

export const firewalldZoneMismatch = defineCheck({
  id: "firewalld-zone-mismatch",
  severity: "error",
  sureness: "proven",
  category: "firewall-backend",
  title: "A Docker bridge is in the wrong firewalld zone",
  why: "Docker puts its bridges into firewalld's zone `docker`, which accepts everything. In another zone, or in none, firewalld rejects what containers send, whatever Docker's own rules accept.",
  fix: "Take the bridge out of the other zone, reload firewalld, restart Docker, which adds it to its own.",
  sources: [
    "https://github.com/moby/moby/issues/41609",
    "https://docs.docker.com/engine/network/packet-filtering-firewalls/#integration-with-firewalld",
    "moby libnetwork/iptables/firewalld.go AddInterfaceFirewalld; firewalld src/firewall/core/nftables.py build_default_rules",
  ],
  needs: ["docker-network-inspect", "nft-ruleset", "ip-addr"],
  *run({ host, dataplane }) {
    for (const network of routedNetworks(host)) {
      const [out] = forwardCases(dataplane, network, 4).filter(({ what }) => what === "out");
      const [drop] = out === undefined ? [] : nftDrops(host, out.packet, ({ table }) => table === "firewalld");
      const zone = zoneOf(host, network.bridge);
      if (drop === undefined || zone?.name === "docker") continue;
      if (!drop.certain) {
        yield untold(drop);
        continue;
      }
      yield {
        subject: { kind: "network", name: network.name },
        message: `firewalld ${zone === null ? `has ${network.bridge} in no zone` : `has ${network.bridge} in zone ${zone.name}`} and rejects what containers of ${network.name} send to the outside${byWhat(host, drop.rule?.line)}.`,
        evidence: [...(zone === null ? [] : [zone.source]), drop.source],
        fix: {
          text: "Give the bridge back to Docker's zone.",
          commands: [
            ...(zone === null
              ? []
              : [sh`sudo firewall-cmd --permanent --zone=${zone.name} --remove-interface=${network.bridge}`]),
            sh`sudo firewall-cmd --reload`,
            sh`sudo systemctl restart docker`,
          ],
          cutsTraffic: true,
        },
      };
    }
  },
});

const byWhat = ({ own }: Host, line: number | undefined): string => {
  const nft = own.nftables;
  const rule = nft.known ? nft.value.ruleset.rules.find((each) => each.line === line) : undefined;
  return rule === undefined ? "" : ` at the end of its chain ${rule.chain}`;
};
