import { formatAddress } from "../../lib/address.ts";
import { sh } from "../../lib/command.ts";
import type { Source } from "../../lib/source.ts";
import type { Host, Network } from "../../model/host.ts";
import { bridgesAreElsewhere, endpointsByNetwork } from "../../model/queries/docker-bridges.ts";
import { hostInterfaces } from "../../model/queries/whole-lists.ts";
import { defineCheck } from "../check.ts";
import { appnet, appnetAddresses } from "../examples/appnet.ts";
import { replaced } from "../examples/edit.ts";
import { alsoListed, endpoint, network } from "../examples/networks.ts";
import { elsewhere } from "../skip.ts";
import { grouped } from "../subnets/grouped.ts";
import { some } from "../words.ts";

const mesh = (...endpoints: readonly string[]) =>
  alsoListed(
    appnet,
    network("mesh", "7d1c0e5a2b34", "overlay", "10.0.9.0/24", "10.0.9.1", `"Containers": { ${endpoints.join(", ")} }`),
  );

export const duplicateContainerIp = defineCheck({
  id: "duplicate-container-ip",
  severity: "error",
  sureness: "proven",
  category: "addresses",
  title: "One address belongs to two",
  why: "Whoever answers ARP first gets the connections: they go to the wrong container at random, or end nowhere.",
  fix: "Disconnect both and connect them again. If it comes back, stop Docker, remove stale endpoints, start it again.",
  sources: [
    "https://github.com/moby/moby/issues/27404",
    "https://github.com/moby/moby/issues/29610",
    "https://github.com/moby/moby/issues/29921",
  ],
  needs: ["docker-network-inspect"],
  wants: ["ip-addr"],
  examples: {
    bad: [
      {
        name: "two containers of one network",
        captures: { "docker-network-inspect": replaced(appnet, "172.18.0.3/16", "172.18.0.2/16") },
      },
      {
        name: "a container with the address of its own gateway",
        captures: {
          "docker-network-inspect": replaced(appnet, "172.18.0.3/16", "172.18.0.1/16"),
          "ip-addr": appnetAddresses,
        },
      },
      {
        name: "a stale endpoint still has a container's address",
        captures: {
          "docker-network-inspect": replaced(
            appnet,
            '"Containers": {\n',
            `"Containers": {\n${endpoint("ep-0f2cf5fcb5a1a4b1", "old_web", "02:42:ac:12:00:02", "172.18.0.2/16")},\n`,
          ),
        },
      },
    ],
    good: [
      { name: "all different", captures: { "docker-network-inspect": appnet, "ip-addr": appnetAddresses } },
      {
        name: "a service's virtual address stands at its load balancer, too",
        captures: {
          "docker-network-inspect": mesh(
            endpoint("lb-mesh", "mesh-endpoint", "02:42:0a:00:09:02", "10.0.9.2/24"),
            endpoint("4d41a2c1cbb7", "web.1", "02:42:0a:00:09:02", "10.0.9.2/24"),
          ),
        },
      },
      {
        name: "the same address in two networks is a matter of their subnets",
        captures: {
          "docker-network-inspect": alsoListed(
            appnet,
            network(
              "mesh",
              "7d1c0e5a2b34",
              "overlay",
              "172.18.0.0/16",
              "172.18.0.1",
              `"Containers": { ${endpoint("4d41a2c1cbb7", "web.1", "02:42:0a:00:09:02", "172.18.0.2/16")} }`,
            ),
          ),
        },
        alsoFinds: ["docker-subnets-overlap"],
      },
    ],
  },
  *run({ host }) {
    if (bridgesAreElsewhere(host)) yield elsewhere;
    const holders = [...containersAndStale(host), ...hostsOwn(host)];
    for (const [key, sharing] of grouped(holders, ({ link, address }) => `${link} ${address}`)) {
      const [first, second] = sharing;
      if (first === undefined || second === undefined || sharing.every(({ container }) => container === null)) continue;
      const address = key.slice(key.lastIndexOf(" ") + 1);
      const containers = sharing.filter(({ container }) => container !== null);
      yield {
        subject: { kind: "network", name: first.network.name },
        message: `${address} on network ${first.network.name} belongs to ${some(sharing.map(({ name }) => name))}.`,
        evidence: sharing.flatMap(({ sources }) => sources.slice(0, 2)).slice(0, 12),
        fix: {
          text: "Disconnect the containers and connect them again: the engine gives each an address of its own.",
          commands: containers
            .slice(0, 4)
            .flatMap(({ container }) => [
              sh`docker network disconnect ${first.network.name} ${container ?? ""}`,
              sh`docker network connect ${first.network.name} ${container ?? ""}`,
            ]),
          cutsTraffic: true,
        },
      };
    }
  },
});

interface Holder {
  readonly link: string;
  readonly address: string;
  /** As the message names it. */
  readonly name: string;
  readonly container: string | null;
  readonly network: Network;
  readonly sources: readonly Source[];
}

function* containersAndStale(host: Host): Iterable<Holder> {
  const attached = endpointsByNetwork(host);
  for (const network of host.networks) {
    if (!network.inspected) continue;
    const on = { link: network.id, network };
    for (const { container, endpoint } of attached.get(network.id) ?? []) {
      for (const end of [endpoint.ipv4, endpoint.ipv6])
        if (end !== null)
          yield {
            ...on,
            address: formatAddress(end.address),
            name: container.name,
            container: container.name,
            sources: endpoint.sources,
          };
    }
    for (const { key, name, ipv4, ipv6, sources } of network.specialEndpoints) {
      // Load balancers share their service's virtual address by design.
      if (!key.startsWith("ep-")) continue;
      for (const address of [ipv4, ipv6])
        if (address !== null)
          yield {
            ...on,
            address: formatAddress(address),
            name: `the stale endpoint ${name}`,
            container: null,
            sources,
          };
    }
  }
}

/** The host's own addresses, on each network whose containers share a link with it: its bridge, or the parent of macvlan. */
function* hostsOwn(host: Host): Iterable<Holder> {
  if (bridgesAreElsewhere(host)) return;
  const links = hostInterfaces(host);
  for (const network of host.networks) {
    const link = links.get(network.bridge ?? network.parent ?? "");
    if (link === undefined || !network.inspected) continue;
    for (const { address, sources } of link.addresses)
      yield {
        link: network.id,
        address: formatAddress(address),
        name: `the host's ${link.name}`,
        container: null,
        network,
        sources,
      };
  }
}
