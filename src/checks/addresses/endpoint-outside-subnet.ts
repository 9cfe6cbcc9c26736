import { contains, formatPrefix, formatPrefixedAddress } from "../../lib/address.ts";
import type { Source } from "../../lib/source.ts";
import type { Container, Host } from "../../model/host.ts";
import { endpointsByNetwork } from "../../model/queries/docker-bridges.ts";
import { listsAllNetworks } from "../../model/queries/whole-lists.ts";
import { defineCheck, type Observation, type Skip } from "../check.ts";
import { networksMissing } from "../skip.ts";
import { createAgain, wrongGateways } from "../subnets/container-gateways.ts";
import { subnetsOf } from "../subnets/places.ts";
import { some } from "../words.ts";

export const endpointOutsideSubnet = defineCheck({
  id: "endpoint-outside-subnet",
  severity: "error",
  sureness: "proven",
  category: "addresses",
  title: "A container does not fit its network",
  why: "The network was made anew under the container's feet: its address or gateway is one of the old network, so that nothing reaches it, or it does not start at all (`network … not found`).",
  fix: "Create the container again: `docker compose up -d --force-recreate`.",
  sources: [
    "https://github.com/docker/compose/issues/5745",
    "https://github.com/docker/compose/issues/8539",
    "https://github.com/docker/compose/issues/12897",
  ],
  needs: ["docker-network-inspect"],
  wants: ["docker-inspect"],
  wantsInside: ["ip-route"],
  *run({ host }) {
    yield* misplaced(host);
    yield* vanishedNetworks(host);
    yield* wrongGateways(host);
  },
});

/** Addresses outside the subnets of their network, or with another prefix length. */
function* misplaced(host: Host): Iterable<Observation> {
  const attached = endpointsByNetwork(host);
  const moving = new Set(host.contradictions.map(({ subject }) => subject));
  for (const network of host.networks) {
    if (!network.inspected) continue;
    const subnets = subnetsOf(network).map(({ prefix }) => prefix);
    for (const { container, endpoint } of attached.get(network.id) ?? []) {
      for (const end of [endpoint.ipv4, endpoint.ipv6]) {
        const possible = subnets.filter((prefix) => prefix.address.family === end?.address.family);
        if (end === null || possible.length === 0) continue;
        const around = possible.filter((prefix) => contains(prefix, end.address));
        if (around.some(({ length }) => length === end.prefixLength)) continue;
        yield {
          subject: { kind: "container", name: container.name },
          // Captures that disagree on the container were taken while it moved.
          ...(moving.has(container.name) ? { sureness: "hint" as const } : {}),
          message: `${container.name} has ${formatPrefixedAddress(end)} on network ${network.name}, whose ${possible.length === 1 ? "subnet is" : "subnets are"} ${some(possible.map(formatPrefix))}.`,
          evidence: [...endpoint.sources, ...network.sources],
          fix: createAgain(container),
        };
      }
    }
  }
}

/**
 * Networks that only containers tell of. In a swarm a node knows the networks of the tasks that it runs, and forgets them before
 * their stopped containers: there it means nothing.
 */
function* vanishedNetworks(host: Host): Iterable<Observation | Skip> {
  if (host.networks.some(({ scope }) => scope === "swarm") || host.engine.swarm === "active") return;
  for (const { id, name, driver, inspected, sources } of host.networks) {
    if (inspected || driver !== "unknown") continue;
    if (!listsAllNetworks(host)) {
      yield networksMissing;
      return;
    }
    const container = containerAt(host, sources[0]);
    yield {
      subject: { kind: "network", name },
      message: `${container?.name ?? "A container"} belongs to network ${name} (${id.slice(0, 12)}), which does not exist: it cannot be started like that.`,
      evidence: sources,
      ...(container === null ? {} : { fix: createAgain(container) }),
    };
  }
}

/** The container whose description in `docker inspect` a line belongs to: the last one that begins before it. */
function containerAt(host: Host, place: Source | undefined): Container | null {
  let [best, line] = [null as Container | null, 0];
  for (const container of host.containers) {
    for (const source of container.sources) {
      if (place === undefined || source.file !== place.file || source.line > place.line || source.line <= line)
        continue;
      [best, line] = [container, source.line];
    }
  }
  return best;
}
