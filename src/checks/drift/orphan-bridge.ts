import { formatPrefix, formatPrefixedAddress } from "../../lib/address.ts";
import { sh } from "../../lib/command.ts";
import type { Bridge, Host } from "../../model/host.ts";
import { isNamedById } from "../../model/queries/docker-names.ts";
import { hostInterfaces, listsAllNetworks } from "../../model/queries/whole-lists.ts";
import { defineCheck } from "../check.ts";
import { networksMissing } from "../skip.ts";
import { ownPrefixes, subnetsOf } from "../subnets/places.ts";
import { overlapsBetween } from "../subnets/prefix-overlaps.ts";
import { count } from "../words.ts";

export const orphanBridge = defineCheck({
  id: "orphan-bridge",
  severity: "warning",
  sureness: "strong",
  category: "drift",
  title: "A bridge of a network that no longer exists",
  why: "Its address keeps a route: whatever lives in that subnet elsewhere cannot be reached from this host, and no new network gets it.",
  fix: "Delete the bridge. If it comes back when Docker starts, the network is still in Docker's store: `docker network prune`.",
  sources: [
    "https://github.com/moby/moby/issues/12239",
    "https://github.com/moby/moby/issues/21644",
    "https://github.com/moby/moby/issues/31477",
  ],
  needs: ["docker-network-inspect", ["ip-addr", "brctl-show", "ip-link"]],
  *run({ host }) {
    const orphans = unclaimed(host);
    if (!listsAllNetworks(host)) {
      if (orphans.length > 0) yield networksMissing;
      return;
    }
    const links = hostInterfaces(host);
    const own = ownPrefixes(host);
    const names = new Set(orphans.map(({ name }) => name));
    const taken = host.networks.filter(({ inspected, configOnly }) => inspected && !configOnly).flatMap(subnetsOf);
    const clashes = new Map(
      [
        ...overlapsBetween(
          own.filter(({ of }) => names.has(of.link.name)),
          own.filter(({ of }) => !names.has(of.link.name)),
        ).map(([a, b]) => [a.of.link.name, `${formatPrefixedAddress(b.of.address)} of ${b.of.link.name}`] as const),
        ...overlapsBetween(
          own.filter(({ of }) => names.has(of.link.name)),
          taken,
        ).map(([a, b]) => [a.of.link.name, `network ${b.of.name} (${formatPrefix(b.prefix)})`] as const),
      ].toReversed(),
    );
    for (const { name, ports, sources } of orphans) {
      const addresses = links.get(name)?.addresses.filter(({ address }) => address.family === 4) ?? [];
      const clash = clashes.get(name);
      const held = addresses.map(formatPrefixedAddress).join(", ");
      yield {
        subject: { kind: "bridge", name },
        ...(clash === undefined ? {} : { severity: "error" as const }),
        ...(ports.length > 0 ? { sureness: "hint" as const } : {}),
        message: `${name} is named like the bridge of a network, but no network's id begins with ${name.slice(name.indexOf("-") + 1)}${held === "" ? "" : `; it holds ${held}`}${clash === undefined ? "" : `, which overlaps ${clash}`}${ports.length === 0 ? "" : `; its ${count(ports.length, "port")} may belong to another engine on this host`}.`,
        evidence: [...sources, ...addresses.flatMap((address) => address.sources)],
        fix: {
          text:
            ports.length === 0
              ? "Nothing is connected to it: delete it."
              : "Make sure first that no other engine (a second dockerd, k3d, kind in another context) uses it, then delete it.",
          commands: [sh`sudo ip link set dev ${name} down`, sh`sudo ip link del dev ${name}`],
          cutsTraffic: ports.length > 0,
        },
      };
    }
  },
});

/** Bridges with a name of Docker's that is no network's. Without ports only `ip -d link` and brctl call an interface a bridge. */
function unclaimed(host: Host): readonly Pick<Bridge, "name" | "ports" | "sources">[] {
  const known = new Set(host.bridges.map(({ name }) => name));
  const bare = [...hostInterfaces(host).values()].filter(({ name }) => isNamedById(name) && !known.has(name));
  return [
    ...host.bridges.filter(({ owner }) => owner === "leftover"),
    ...bare.map(({ name, sources }) => ({ name, ports: [], sources })),
  ];
}
