import { contains, formatAddress, formatPrefix, type Prefix } from "../../lib/address.ts";
import { isDocumentation, isPublic } from "../../lib/address-class.ts";
import type { Host, Route } from "../../model/host.ts";
import { isDockerVeth, isNamedByDocker } from "../../model/queries/docker-names.ts";
import { defineCheck } from "../check.ts";
import { moveNetwork } from "../subnets/move-network.ts";
import { privateNetworks, subnetsOf } from "../subnets/places.ts";
import { overlapsBetween, type PlacedPrefix } from "../subnets/prefix-overlaps.ts";

export const subnetShadowsRoute = defineCheck({
  id: "subnet-shadows-route",
  severity: "warning",
  sureness: "proven",
  category: "addresses",
  title: "A Docker subnet and a route want the same addresses",
  why: "The narrower of both wins: a part of the VPN or the company's network cannot be reached from this host, or containers cannot.",
  fix: "Create the network again with another --subnet. Metrics do not help: the longest prefix wins before any metric is looked at.",
  sources: [
    "https://github.com/docker/for-linux/issues/1422",
    "https://github.com/docker/for-linux/issues/418",
    "https://github.com/moby/moby/issues/18931",
    "https://github.com/moby/moby/issues/34493",
    "moby libnetwork/netutils: since 20.10.15 only on-link routes and name servers keep a subnet from being chosen",
  ],
  needs: ["docker-network-inspect", "ip-route"],
  needsBridges: true,
  *run({ host }) {
    const subnets = privateNetworks(host).flatMap(subnetsOf);
    for (const [subnet, route] of overlapsBetween(subnets, foreignRoutes(host))) {
      const [mine, theirs] = [subnet.prefix.length, route.prefix.length];
      const needed = mine > theirs && needsWhatIsHidden(host, subnet.prefix);
      const { name } = subnet.of;
      const [hop] = route.of.nexthops;
      const way = [
        hop?.via == null ? "" : `via ${formatAddress(hop.via)}`,
        hop?.device == null ? "" : `dev ${hop.device}`,
      ]
        .filter((word) => word !== "")
        .join(" ");
      yield {
        subject: { kind: "network", name },
        severity: mine === theirs || needed ? "error" : "warning",
        message: `Network ${name} has ${formatPrefix(subnet.prefix)}, and a route to ${formatPrefix(route.prefix)} leads ${way}${route.of.table === "main" ? "" : ` (table ${route.of.table})`}: ${
          mine > theirs
            ? `the subnet hides that part of it${needed ? ", a gateway or name server of the host among them" : ""}`
            : mine < theirs
              ? `the route takes these addresses away from containers of ${name}`
              : "only one of both can be reached, the one with the lower metric"
        }.`,
        evidence: [...subnet.of.sources, ...route.of.sources],
        fix: moveNetwork(host, subnet.of, subnet.prefix),
      };
    }
    for (const { prefix, of } of subnets) {
      if (prefix.address.family === 6 || !isPublic(prefix.address) || isDocumentation(prefix.address)) continue;
      yield {
        subject: { kind: "network", name: of.name },
        severity: "info",
        message: `Network ${of.name} has ${formatPrefix(prefix)}, which are public addresses: whoever has them on the Internet cannot be reached from here.`,
        evidence: of.sources,
        fix: moveNetwork(host, of, prefix),
      };
    }
  },
});

/** Routes that lead away from the host: not to a bridge of Docker's, not those that come with an address, no default routes. */
function foreignRoutes(host: Host): readonly PlacedPrefix<Route>[] {
  const space = host.own;
  const bridges = new Set(host.networks.flatMap(({ bridge }) => (bridge === null ? [] : [bridge])));
  const isOurs = (device: string | null) =>
    device !== null && (bridges.has(device) || isNamedByDocker(device) || isDockerVeth(device));
  return [space.routes, space.routes6].flatMap((routes) =>
    (routes?.known ? routes.value : []).flatMap((route) => {
      const { to: prefix } = route;
      const isConnected = route.protocol === "kernel" || route.table === "local";
      if (prefix.length < 2 || route.type !== "unicast" || isConnected) return [];
      return route.nexthops.every(({ device }) => isOurs(device)) ? [] : [{ prefix, of: route }];
    }),
  );
}

/** Whether the host itself needs an address that the subnet hides: a gateway of its routes, or one of its name servers. */
function needsWhatIsHidden(host: Host, subnet: Prefix): boolean {
  const space = host.own;
  const gateways = (space.routes.known ? space.routes.value : []).flatMap(({ nexthops }) =>
    nexthops.flatMap(({ via }) => via ?? []),
  );
  const servers = space.resolver.known ? [...space.resolver.value.nameservers, ...space.resolver.value.upstreams] : [];
  return [...gateways, ...servers.flatMap(({ address, zone }) => (zone === null ? [address] : []))].some((address) =>
    contains(subnet, address),
  );
}
