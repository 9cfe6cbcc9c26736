import { formatPrefixedAddress } from "../lib/address.ts";
import { mergeSources } from "../lib/source.ts";
import type { Container, Endpoint, Host, Namespace } from "../model/host.ts";
import { namespacesOf } from "../model/queries/host-index.ts";
import type { ContainerMember, EndpointLabel, NodeOf } from "../results/topology.ts";
import { addressLabel } from "./interface-nodes.ts";

/** The containers of a host as nodes: one for each network namespace, and one for each container without any. */
export function containerNodes(host: Host): NodeOf<"container">[] {
  const byName = new Map(host.containers.map((container) => [container.name, container]));
  const networkNames = new Map(host.networks.map(({ id, name }) => [id, name]));
  const shownEndpoints = endpointLabels(host, networkNames);
  const placed = new Set(namespacesOf(host).flatMap(({ containers }) => containers));
  const sandboxes = host.sandboxes.map((namespace) => sandboxNode(namespace, byName, shownEndpoints));
  const others = host.containers
    .filter(({ name }) => !placed.has(name))
    .map((container) => ({
      type: "container" as const,
      id: `container:${container.name}`,
      name: container.name,
      mode: container.running === false ? ("stopped" as const) : ("unknown" as const),
      containers: [memberLabel(container)],
      endpoints: shownEndpoints(container),
      interfaces: null,
      sources: container.sources,
    }));
  return [...sandboxes, ...others];
}

function sandboxNode(
  namespace: Namespace,
  byName: ReadonlyMap<string, Container>,
  shownEndpoints: (container: Container) => EndpointLabel[],
): NodeOf<"container"> {
  const containers = namespace.containers.flatMap((name) => byName.get(name) ?? []);
  const endpoints = containers.flatMap(shownEndpoints);
  const owner = namespace.containers[0] ?? namespace.name;
  const without = endpoints.length === 0 && containers.some(({ networkMode }) => networkMode === "none");
  return {
    type: "container",
    id: `container:${owner}`,
    name: owner,
    mode: without ? "none" : "own",
    containers: containers.map(memberLabel),
    endpoints,
    interfaces: namespace.interfaces.known
      ? namespace.interfaces.value.map(({ name, up, mac, addresses }) => ({
          name,
          up,
          mac,
          addresses: addresses.map(addressLabel),
        }))
      : null,
    sources: mergeSources(containers.flatMap(({ sources }) => sources)),
  };
}

/** A container as nodes list it. */
export function memberLabel(container: Container): ContainerMember {
  const { name, id, running, networkMode, composeProject, composeService, sources } = container;
  return { name, id, running, networkMode, composeProject, composeService, sources };
}

/** The endpoints worth a link: those of `none` and `host` say no more than the container's mode does. */
function endpointLabels(host: Host, networkNames: ReadonlyMap<string, string>) {
  const modes = new Set(
    host.networks.filter(({ driver }) => driver === "host" || driver === "null").map(({ id }) => id),
  );
  return (container: Container): EndpointLabel[] =>
    container.endpoints
      .filter(({ networkId }) => !modes.has(networkId))
      .map((endpoint) => ({
        network: networkNames.get(endpoint.networkId) ?? endpoint.networkId,
        networkId: endpoint.networkId,
        ipv4: withPrefix(endpoint.ipv4),
        ipv6: withPrefix(endpoint.ipv6),
        mac: endpoint.mac,
        interface: endpoint.interface,
        sources: endpoint.sources,
      }));
}

const withPrefix = (at: Endpoint["ipv4"]): string | null => at && formatPrefixedAddress(at);
