import { formatAddress } from "../../lib/address.ts";
import { sh } from "../../lib/command.ts";
import type { Source } from "../../lib/source.ts";
import type { Host, Network } from "../../model/host.ts";
import { bridgesAreElsewhere, endpointsByNetwork } from "../../model/queries/docker-bridges.ts";
import { hostInterfaces } from "../../model/queries/whole-lists.ts";
import { defineCheck } from "../check.ts";
import { elsewhere } from "../skip.ts";
import { grouped } from "../subnets/grouped.ts";
import { some } from "../words.ts";

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
