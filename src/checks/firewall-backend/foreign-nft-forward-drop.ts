import { nftTable } from "../../docker-rules/nft-rule-set-index.ts";
import { type Command, sh } from "../../lib/command.ts";
import { routedNetworks } from "../../model/queries/attached.ts";
import { isOfIptables } from "../../model/queries/nft-tables.ts";
import type { NftChain } from "../../parsers/nft-ruleset.ts";
import { defineCheck } from "../check.ts";
import { type NftDrop, nftDrops, untold } from "../nftables/forward.ts";
import { type ForwardedPacket, forwardCases } from "../nftables/packets.ts";
import { portName, some } from "../words.ts";

export const foreignNftForwardDrop = defineCheck({
  id: "foreign-nft-forward-drop",
  severity: "error",
  sureness: "proven",
  category: "firewall-backend",
  title: "An nftables chain of somebody else's drops forwarded traffic of containers",
  why: "Every base chain of a hook is asked, and a drop is final: an ACCEPT in Docker's own chains does not help. Containers lose the way out, or published ports answer from the host itself only.",
  fix: "Let that chain accept Docker's bridges, answers and translated connections before it drops.",
  sources: [
    "https://docs.docker.com/engine/network/firewall-nftables/",
    "https://github.com/containers/netavark/issues/977",
    "net/netfilter/core.c nf_hook_slow: hooks go on until one drops; nft(8), VERDICT STATEMENTS",
  ],
  needs: ["docker-network-inspect", "nft-ruleset", "ip-addr"],
  *run({ host, dataplane }) {
    const found = new Map<
      string,
      {
        readonly drop: NftDrop;
        readonly lost: { readonly network: string; readonly bridge: string; readonly one: ForwardedPacket }[];
      }
    >();
    for (const network of routedNetworks(host)) {
      for (const family of [4, 6] as const) {
        for (const one of forwardCases(dataplane, network, family)) {
          for (const drop of nftDrops(host, one.packet, isForeign)) {
            if (!drop.certain) {
              yield untold(drop);
              continue;
            }
            const key = `${drop.chain.family} ${drop.chain.table} ${drop.chain.name}`;
            const entry = found.get(key) ?? { drop, lost: [] };
            entry.lost.push({ network: network.name, bridge: network.bridge, one });
            found.set(key, entry);
          }
        }
      }
    }
    for (const [name, { drop, lost }] of found) {
      const what = [...new Set(lost.map(({ network, one }) => describe(one, network)))];
      const bridges = [...new Set(lost.map(({ bridge }) => bridge))];
      const how = drop.rule === null ? "its policy drop" : `its rule on line ${drop.rule.line}`;
      const { family, table, name: chain } = drop.chain;
      const insert = (rule: Command) => sh`sudo nft insert rule ${family} ${table} ${chain} ${rule}`;
      yield {
        subject: { kind: "chain", name },
        message: `The nftables chain ${name} drops ${some(what, 3)}: ${how} is final, whatever Docker's chains accept.`,
        evidence: [{ file: drop.source.file, line: drop.chain.line }, drop.source],
        fix: {
          text: "Accept Docker's traffic at the top of that chain, and write the same into its configuration.",
          commands: [
            ...bridges.map((bridge) => insert(sh`iifname ${bridge} accept`)),
            insert(sh`ct status dnat accept`),
            insert(sh`ct state established,related accept`),
          ],
          cutsTraffic: false,
        },
      };
    }
  },
});

/** Chains that are neither Docker's nor iptables' own, and not firewalld's, which has checks to itself. */
function isForeign(chain: NftChain): boolean {
  const isIptables = isOfIptables(chain) && chain.name === "FORWARD";
  return !isIptables && chain.table !== nftTable && !chain.table.startsWith("firewalld");
}

function describe({ what, port }: ForwardedPacket, network: string): string {
  if (port !== null) return `connections to ${portName(port)} of ${port.container}`;
  return what === "out" ? `what ${network} sends to the outside` : `the answers to ${network}`;
}
