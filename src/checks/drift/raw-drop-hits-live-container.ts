import { bridgeCalls } from "../../dataplane/bridge-calls.ts";
import { isDirectAccessDrop } from "../../docker-rules/layout.ts";
import { indexNftRuleSet, nftTable } from "../../docker-rules/nft-rule-set-index.ts";
import { indexRuleSet, type PresentRule, placeOf, removeCommand } from "../../docker-rules/rule-set-index.ts";
import { addressAsked, interfaceAsked } from "../../firewall/asked.ts";
import { formatAddress } from "../../lib/address.ts";
import type { Host } from "../../model/host.ts";
import { hostInterfaces, listsAllInterfaces, listsAllNetworks } from "../../model/queries/whole-lists.ts";
import { defineCheck } from "../check.ts";
import { networksMissing } from "../skip.ts";
import { uncompared } from "../uncompared.ts";
import { rulesNeed } from "../words.ts";

export const rawDropHitsLiveContainer = defineCheck({
  id: "raw-drop-hits-live-container",
  severity: "warning",
  sureness: "proven",
  category: "drift",
  title: "A leftover DROP in the raw table names a container that is on another bridge now",
  why: "The rule drops everything to the container's address that does not come in by a bridge it has left: with bridge-nf-call-iptables on, even its neighbours on its own network no longer reach it.",
  fix: "Delete the rule; restarting Docker does not, since it no longer knows of it.",
  sources: [
    "https://github.com/Dokploy/dokploy/issues/5135",
    "moby libnetwork/drivers/bridge/internal/iptabler/endpoint.go filterDirectAccess (v28.2.2)",
  ],
  needs: ["docker-network-inspect", rulesNeed],
  *run({ host }) {
    yield* uncompared(host);
    for (const family of [4, 6] as const) {
      const owners = ownersOf(host, family);
      for (const rule of rawRules(host, family)) {
        const value = addressAsked(rule, "destination");
        const address = value === null ? "" : formatAddress({ family, value });
        const bridges = (interfaceAsked(rule, "in", true) ?? "").split(",");
        const owner = owners.get(address);
        if (owner === undefined || owner.some(({ bridge }) => bridges.includes(bridge))) continue;
        if (bridges.some((name) => mayBeUnlisted(host, name))) {
          yield networksMissing;
          continue;
        }
        const [{ container, bridge, sources }] = owner as readonly [Owner, ...Owner[]];
        const filtered = bridgeCalls(host, family)?.value;
        yield {
          subject: { kind: "container", name: container },
          message: `The raw table drops what comes to ${address} by any interface but ${bridges[0]}, yet ${address} is ${container}'s on ${bridge}${filtered === true ? `, so its neighbours on ${bridge} cannot reach it either` : ""}.`,
          evidence: [rule.source, ...sources],
          fix: { text: "Delete the rule.", commands: [removeCommand(rule)], cutsTraffic: false },
          severity: filtered === true ? "error" : "warning",
          ...(host.contradictions.length > 0 ? { sureness: "hint" as const } : {}),
        };
      }
    }
  },
});

/** Whether an interface may be the bridge of a network that is not listed, on which the address is another container's. */
const mayBeUnlisted = (host: Host, name: string): boolean =>
  !listsAllNetworks(host) &&
  !host.networks.some(({ bridge }) => bridge === name) &&
  (hostInterfaces(host).has(name) || !listsAllInterfaces(host));

interface Owner {
  readonly container: string;
  readonly bridge: string;
  readonly sources: readonly { readonly file: string; readonly line: number }[];
}

function rawRules(host: Host, family: 4 | 6): readonly PresentRule[] {
  const places = [placeOf("raw", "PREROUTING"), placeOf(nftTable, "raw-PREROUTING")];
  return [indexRuleSet(host, family), indexNftRuleSet(host, family)].flatMap((book) =>
    book.known ? places.flatMap((place) => (book.value.chains.get(place)?.rules ?? []).filter(isDirectAccessDrop)) : [],
  );
}

/** Who has which address on which bridge; an address can be on several, when networks overlap. */
function ownersOf(host: Host, family: 4 | 6): ReadonlyMap<string, readonly Owner[]> {
  const bridges = new Map(host.networks.map(({ id, bridge }) => [id, bridge]));
  const owners = new Map<string, Owner[]>();
  for (const { name, running, endpoints } of host.containers) {
    for (const { networkId, ipv4, ipv6, sources } of running === false ? [] : endpoints) {
      const address = (family === 4 ? ipv4 : ipv6)?.address;
      const bridge = bridges.get(networkId) ?? null;
      if (address === undefined || bridge === null) continue;
      const text = formatAddress(address);
      owners.set(text, [...(owners.get(text) ?? []), { container: name, bridge, sources: sources.slice(0, 1) }]);
    }
  }
  return owners;
}
