import { isAtLeast, parseVersion } from "../../docker-rules/version.ts";
import { formatPrefix, isDefault, overlap, type Prefix, samePrefix } from "../../lib/address.ts";
import { sh } from "../../lib/command.ts";
import type { Host, Network, Route } from "../../model/host.ts";
import { defineCheck } from "../check.ts";
import { skipFor, skipWithout } from "../skip.ts";
import { countFree, defaultPools } from "../subnets/free-subnets.ts";
import { ownPrefixes, subnetsOf } from "../subnets/places.ts";
import { count, hostSubject, some } from "../words.ts";

export const addressPoolsNearlyExhausted = defineCheck({
  id: "address-pools-nearly-exhausted",
  severity: "warning",
  sureness: "strong",
  category: "addresses",
  title: "Docker has hardly any subnets left for new networks",
  why: "The next `docker network create` or `docker compose up` fails: `all predefined address pools have been fully subnetted`.",
  fix: 'Remove networks that nothing uses (`docker network prune`), or give Docker smaller subnets to cut: `"default-address-pools": [{ "base": "10.201.0.0/16", "size": 24 }]`.',
  sources: [
    "https://github.com/docker/for-linux/issues/599",
    "https://github.com/docker/for-linux/issues/418",
    "https://github.com/docker/compose/issues/6153",
    "moby libnetwork/ipamutils/utils.go: 31 subnets by default; libnetwork/netutils: what is on-link is not taken",
  ],
  needs: ["docker-network-inspect", "ip-addr", "docker-info"],
  needsBridges: true,
  needsWhole: ["docker-info"],
  *run({ host }) {
    const { addressPools } = host;
    if (!addressPools.known) {
      yield skipFor(addressPools.why, addressPools.lacks);
      return;
    }
    if (countsAllRoutes(host)) yield* skipWithout(host, "ip-route");
    const pools = addressPools.value.length > 0 ? addressPools.value : defaultPools;
    const networks = host.networks.filter(
      ({ inspected, configOnly, scope }) => inspected && !configOnly && scope === "local",
    );
    const used = [...networks.flatMap(subnetsOf), ...ownPrefixes(host)].map(({ prefix }) => prefix);
    const routes = routesThatCount(host);
    const { all, free } = countFree(pools, [...used, ...routes.map(({ to }) => to)]);
    if (all === 0 || free > 3) return;
    const largest = networks.toSorted((a, b) => b.subnets.length - a.subnets.length).slice(0, 8);
    // The routes without which there would be more.
    const { free: without } = countFree(pools, used);
    const isUsed = (route: Prefix) => used.some((one) => samePrefix(one, route));
    const covering = routes.filter(
      ({ to }) => without > free && !isUsed(to) && pools.some(({ base }) => overlap(base, to)),
    );
    const unused = unusedNetworks(host);
    yield {
      subject: hostSubject(host),
      severity: free === 0 ? "error" : "warning",
      message: `Of the ${count(all, "subnet")} that Docker can give to new networks (${some(pools.map(({ base, size }) => `${formatPrefix(base)} in /${size}`))}) ${free === 0 ? "none is" : free === 1 ? "only one is" : `only ${free} are`} left.${covering.length === 0 ? "" : ` ${covering.length === 1 ? "The route to" : "Routes to"} ${some(covering.map(({ to }) => formatPrefix(to)))} ${covering.length === 1 ? "takes" : "take"} ${without - free} of them: engines before 20.10.15 count every route but the default one.`}`,
      evidence: [
        ...host.engine.sources.slice(0, 1),
        ...covering.slice(0, 4).flatMap(({ sources }) => sources.slice(0, 1)),
        ...largest.flatMap(({ sources }) => sources.slice(0, 1)),
      ],
      fix:
        covering.length > 0
          ? {
              text: "Give new networks a subnet of their own (`docker network create --subnet`, or `ipam` in compose), which no route takes away, or upgrade the engine to 20.10.15 or later.",
              commands: [],
              cutsTraffic: false,
            }
          : {
              text: `${unused.length === 0 ? "Every network is in use: let" : `Remove networks that nothing uses (${some(unused)}), then let`} daemon.json cut smaller subnets: "default-address-pools": [{ "base": "10.201.0.0/16", "size": 24 }] (a base that is free here), and restart Docker.`,
              commands: unused.length === 0 ? [] : [sh`docker network prune`],
              cutsTraffic: false,
            },
    };
  },
});

/** Routes that keep the engine from taking a subnet: up to 20.10.14 every one but the default route (moby, netutils CheckRouteOverlaps). */
function routesThatCount(host: Host): readonly Route[] {
  const routes = host.own.routes;
  if (!countsAllRoutes(host) || !routes.known) return [];
  return routes.value.filter(({ type, table, to }) => type === "unicast" && table !== "local" && !isDefault(to));
}

/** The networks that `docker network prune` removes: of the user's own those without a container. */
function unusedNetworks({ networks, containers }: Host): readonly string[] {
  const used = new Set(containers.flatMap(({ endpoints }) => endpoints.map(({ networkId }) => networkId)));
  const isOwn = ({ name, driver }: Network) =>
    !["bridge", "docker_gwbridge"].includes(name) && !["host", "null"].includes(driver);
  return networks
    .filter((one) => isOwn(one) && !one.ingress && !used.has(one.id) && one.specialEndpoints.length === 0)
    .map(({ name }) => name);
}

function countsAllRoutes({ engine }: Host): boolean {
  const version = parseVersion(engine.version);
  return version !== null && isAtLeast(version, 20, 10, 15) === false;
}
