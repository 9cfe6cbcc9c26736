import { formatPrefix } from "../../lib/address.ts";
import type { Host, Network } from "../../model/host.ts";
import { isNamedById } from "../../model/queries/docker-names.ts";
import { listsAllNetworks } from "../../model/queries/whole-lists.ts";
import { defineCheck, type Observation, type Skip } from "../check.ts";
import { networksMissing } from "../skip.ts";
import { moveNetwork } from "../subnets/move-network.ts";
import { ownPrefixes, subnetsOf } from "../subnets/places.ts";
import { overlapsBetween, overlapsWithin, type PlacedPrefix } from "../subnets/prefix-overlaps.ts";

export const dockerSubnetsOverlap = defineCheck({
  id: "docker-subnets-overlap",
  severity: "error",
  sureness: "proven",
  category: "addresses",
  title: "Two Docker networks share addresses",
  why: "An address means two containers: what one network sends may end in the other, and a container on both can only reach one of them.",
  fix: "Create one of them again with another subnet; in a swarm keep --default-addr-pool apart from the local address pools.",
  sources: [
    "https://github.com/moby/moby/issues/50011",
    "https://github.com/moby/moby/issues/33626",
    "moby libnetwork/drivers/bridge/bridge_linux.go: bridges are compared with each other only (v28.5.2)",
  ],
  needs: ["docker-network-inspect"],
  wants: ["ip-addr"],
  *run({ host }) {
    const networks = host.networks.filter(
      ({ inspected, configOnly, driver }) => inspected && !configOnly && driver !== "null" && driver !== "host",
    );
    const onLan = networks.filter(isOnLan).flatMap(subnetsOf);
    const others = networks.filter((network) => !isOnLan(network)).flatMap(subnetsOf);
    for (const [a, b] of [...overlapsWithin(others), ...overlapsBetween(others, onLan)]) {
      if (a.of.id === b.of.id) continue;
      yield {
        subject: { kind: "network", name: b.of.name },
        message: `Networks ${describe(a)} and ${describe(b)} share addresses.`,
        evidence: [...a.of.sources, ...b.of.sources],
        fix: moveNetwork(host, b.of, b.prefix),
      };
    }
    yield* withOrphans(host, [...others, ...onLan]);
  },
});

/** macvlan and ipvlan networks have a real network's subnet; several of them may, each on a VLAN of its own. */
const isOnLan = ({ driver }: Network): boolean => driver === "macvlan" || driver === "ipvlan";

const describe = ({ prefix, of }: PlacedPrefix<Network>): string =>
  `${of.name} (${of.driver}, ${formatPrefix(prefix)})`;

/** Subnets that the bridge of a network that is gone still holds. */
function* withOrphans(host: Host, subnets: readonly PlacedPrefix<Network>[]): Iterable<Observation | Skip> {
  const claimed = new Set(host.networks.flatMap(({ bridge }) => (bridge === null ? [] : [bridge])));
  const orphans = ownPrefixes(host).filter(({ of: { link } }) => isNamedById(link.name) && !claimed.has(link.name));
  if (!listsAllNetworks(host)) {
    if (orphans.length > 0) yield networksMissing;
    return;
  }
  for (const [subnet, own] of overlapsBetween(subnets, orphans)) {
    const { link, address } = own.of;
    yield {
      subject: { kind: "network", name: subnet.of.name },
      message: `Network ${describe(subnet)} shares addresses with ${link.name} (${formatPrefix(own.prefix)}), the bridge of a network that is gone.`,
      evidence: [...subnet.of.sources, ...address.sources],
      fix: { text: `Delete ${link.name}.`, commands: [], cutsTraffic: false },
      causedBy: [{ check: "orphan-bridge", subject: { kind: "bridge", name: link.name } }],
    };
  }
}
