import { formatPrefix } from "../../lib/address.ts";
import type { Host, Network } from "../../model/host.ts";
import { isNamedById } from "../../model/queries/docker-names.ts";
import { listsAllNetworks } from "../../model/queries/whole-lists.ts";
import { defineCheck, type Observation, type Skip } from "../check.ts";
import { appnet, appnetAddresses } from "../examples/appnet.ts";
import { appnetWhole } from "../examples/appnet-links.ts";
import { alsoListed, network } from "../examples/networks.ts";
import { networksMissing } from "../skip.ts";
import { moveNetwork } from "../subnets/move-network.ts";
import { ownPrefixes, subnetsOf } from "../subnets/places.ts";
import { overlapsBetween, overlapsWithin, type PlacedPrefix } from "../subnets/prefix-overlaps.ts";

const another = (driver: string, subnet: string, more = "") =>
  alsoListed(appnet, network("mesh", "7d1c0e5a2b34", driver, subnet, subnet.replace(/\.\d+\/.*/, ".1"), more));

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
  examples: {
    bad: [
      {
        name: "an overlay network in the subnet of a bridge",
        captures: { "docker-network-inspect": another("overlay", "172.18.6.0/24") },
      },
      {
        name: "a macvlan network with a bridge's subnet",
        captures: { "docker-network-inspect": another("macvlan", "172.18.0.0/16") },
      },
      {
        name: "the bridge of a network that is gone still holds the subnet",
        captures: {
          "docker-network-inspect": appnetWhole,
          "ip-addr": `${appnetAddresses}9: br-0123456789ab: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state DOWN group default\n    link/ether fe:16:3f:b4:0c:1a brd ff:ff:ff:ff:ff:ff\n    inet 172.18.0.1/24 scope global br-0123456789ab\n`,
        },
        alsoFinds: ["orphan-bridge", "duplicate-container-ip"],
      },
    ],
    good: [
      {
        name: "side by side",
        captures: { "docker-network-inspect": another("overlay", "10.0.9.0/24"), "ip-addr": appnetAddresses },
      },
      {
        name: "a network that only configures others has their subnet, too",
        captures: { "docker-network-inspect": another("macvlan", "172.18.0.0/16", '"ConfigOnly": true') },
      },
      {
        name: "macvlan networks on different VLANs may repeat addresses",
        captures: {
          "docker-network-inspect": alsoListed(
            appnet,
            network("v10", "7d1c0e5a2b34", "macvlan", "10.9.0.0/24", "10.9.0.1", '"Options": { "parent": "eth0.10" }'),
            network("v20", "8d1c0e5a2b34", "macvlan", "10.9.0.0/24", "10.9.0.1", '"Options": { "parent": "eth0.20" }'),
          ),
        },
      },
    ],
  },
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
