import { parsePrefixedAddress } from "../../lib/address.ts";
import { mergeSources } from "../../lib/source.ts";
import type { DockerAttachment } from "../../parsers/docker-inspect.ts";
import type { DockerEndpoint } from "../../parsers/docker-network-inspect.ts";
import type { Contradiction, Endpoint, Network } from "../host.ts";
import type { Captured } from "./captured.ts";
import { addressReader } from "./engine-addresses.ts";
import type { GatewayOf } from "./gateways.ts";
import { isContainerKey, shortId } from "./networks.ts";

/** Networks by the start of their ids and by their names. */
export interface NetworkIndex {
  readonly byId: (id: string) => Network | undefined;
  readonly byName: (name: string) => Network | undefined;
}

export function indexNetworks(networks: readonly Network[]): NetworkIndex {
  const byId = new Map(networks.map((network) => [shortId(network.id), network]));
  // Of several with one name the first.
  const byName = new Map(networks.toReversed().map((network) => [network.name, network]));
  return { byId: (id) => byId.get(shortId(id)), byName: (name) => byName.get(name) };
}

/** The host and none networks have no endpoint worth the name: what they mean is the container's mode. */
export function fromAttachment(
  container: string,
  attachment: DockerAttachment,
  file: string,
  networks: NetworkIndex,
  contradictions: Contradiction[],
): Endpoint[] {
  const network = networks.byId(attachment.networkId) ?? networks.byName(attachment.network);
  if (network === undefined || network.driver === "host" || network.driver === "null") return [];
  const sources = [{ file, line: attachment.line }];
  const read = addressReader(container, sources, contradictions);
  // The parser has refused what is no address, or cannot have that length.
  const address = (text: string | null, length: number | null) =>
    text === null || length === null ? null : parsePrefixedAddress(`${text}/${length}`);
  return [
    {
      networkId: network.id,
      endpointId: attachment.endpointId === "" ? null : attachment.endpointId,
      mac: attachment.mac,
      ipv4: address(attachment.ipv4, attachment.ipv4PrefixLength),
      ipv6: address(attachment.ipv6, attachment.ipv6PrefixLength),
      gateway4: read.address(`gateway on ${network.name}`, attachment.gateway),
      gateway6: read.address(`gateway on ${network.name}`, attachment.ipv6Gateway),
      aliases: attachment.aliases,
      dnsNames: attachment.dnsNames,
      gwPriority: attachment.gwPriority,
      interface: null,
      sources,
    },
  ];
}

/** The endpoints that networks list, by container id. Swarm names those on docker_gwbridge `gateway_…`, which is nobody's name. */
export function endpointsOfNetworks(
  captured: Captured,
  networks: NetworkIndex,
  gatewayOf: GatewayOf,
): Map<string, { name: string; endpoints: Endpoint[] }> {
  const found = new Map<string, { name: string; endpoints: Endpoint[] }>();
  const listings = [...captured.all("docker-network-inspect", null), ...captured.all("podman-network-inspect", null)];
  for (const listing of listings) {
    for (const { id, endpoints } of listing.data) {
      const network = networks.byId(id);
      for (const endpoint of endpoints) {
        if (!isContainerKey(endpoint.key)) continue;
        const before = found.get(endpoint.key);
        const name = before === undefined || before.name.startsWith("gateway_") ? endpoint.name : before.name;
        const own =
          network === undefined || network.driver === "host" || network.driver === "null"
            ? []
            : [fromNetwork(endpoint, network, listing.capture.file, gatewayOf)];
        found.set(endpoint.key, { name, endpoints: [...(before?.endpoints ?? []), ...own] });
      }
    }
  }
  return found;
}

/**
 * A container has one endpoint on a network, since the engine keeps them by network (`NetworkSettings.Networks`): a network
 * that is listed twice gives it no second one. The first counts.
 */
export function oncePerNetwork(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  const first = new Map<string, Endpoint>();
  for (const endpoint of endpoints) {
    const known = first.get(endpoint.networkId);
    const sources = known === undefined ? endpoint.sources : mergeSources(known.sources, endpoint.sources);
    first.set(endpoint.networkId, { ...(known ?? endpoint), sources });
  }
  return [...first.values()];
}

function fromNetwork(endpoint: DockerEndpoint, network: Network, file: string, gatewayOf: GatewayOf): Endpoint {
  const [ipv4 = null, ipv6 = null] = [endpoint.ipv4, endpoint.ipv6].map((text) =>
    text?.includes("/") === true ? parsePrefixedAddress(text) : null,
  );
  return {
    networkId: network.id,
    endpointId: endpoint.endpointId === "" ? null : endpoint.endpointId,
    mac: endpoint.mac,
    ipv4,
    ipv6,
    gateway4: ipv4 === null ? null : gatewayOf(network, ipv4),
    gateway6: ipv6 === null ? null : gatewayOf(network, ipv6),
    aliases: [],
    dnsNames: [],
    gwPriority: 0,
    interface: null,
    sources: [{ file, line: endpoint.line }],
  };
}
