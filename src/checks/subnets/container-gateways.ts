import { type Address, addressKey, contains, formatAddress, isDefault, sameAddress } from "../../lib/address.ts";
import { sh } from "../../lib/command.ts";
import type { Container, Host, Network } from "../../model/host.ts";
import { namespaceNameOf } from "../../model/namespace-id.ts";
import { endpointsByNetwork } from "../../model/queries/docker-bridges.ts";
import type { Fix, Observation } from "../check.ts";
import { gatewayOf, subnetsOf } from "./places.ts";

/** A container keeps its address as long as it lives: it has to be created anew. */
export const createAgain = ({ name, composeProject, composeService }: Container): Fix => ({
  text: "Create the container again, so that it gets an address of the network as it is now.",
  commands:
    composeProject === null
      ? [sh`docker restart ${name}`]
      : [
          sh`docker compose -p ${composeProject} up -d --force-recreate ${composeService === null ? sh`` : sh`${composeService}`}`,
        ],
  cutsTraffic: true,
});

/** Default routes inside containers that lead to an address of the network which is neither its gateway nor a container. */
export function* wrongGateways(host: Host): Iterable<Observation> {
  const spaces = new Map(host.sandboxes.map((space) => [space.name, space]));
  const networks = new Map(host.networks.map((network) => [network.id, network]));
  const attached = endpointsByNetwork(host);
  const living = new Map<string, ReadonlySet<string>>();
  for (const [id, all] of attached)
    living.set(
      id,
      new Set(all.flatMap(({ endpoint }) => (endpoint.ipv4 === null ? [] : [addressKey(endpoint.ipv4.address)]))),
    );
  for (const container of host.containers) {
    const routes = spaces.get(container.namespace ?? "")?.routes;
    if (routes?.known !== true || container.namespace !== namespaceNameOf(container.name)) continue;
    for (const endpoint of container.endpoints) {
      const network = networks.get(endpoint.networkId);
      if (network === undefined || !network.inspected) continue;
      for (const { to, type, table, nexthops, sources } of routes.value) {
        const via = nexthops[0]?.via ?? null;
        if (!isDefault(to) || type !== "unicast" || table !== "main" || via === null) continue;
        if (!subnetsOf(network).some(({ prefix }) => contains(prefix, via))) continue;
        if (isGateway(via, network, endpoint.gateway4) || living.get(network.id)?.has(addressKey(via)) === true)
          continue;
        yield {
          subject: { kind: "container", name: container.name },
          sureness: "strong",
          message: `${container.name} sends everything to ${formatAddress(via)}, which is neither the gateway of network ${network.name} nor a container on it.`,
          evidence: [...sources, ...network.sources],
          fix: createAgain(container),
        };
      }
    }
  }
}

function isGateway(address: Address, { subnets }: Network, own: Address | null): boolean {
  return [own, ...subnets.flatMap((subnet) => [gatewayOf(subnet), ...Object.values(subnet.auxiliary)])].some(
    (one) => one !== null && sameAddress(one, address),
  );
}
