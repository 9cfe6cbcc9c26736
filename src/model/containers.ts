import { byNaturalName } from "../lib/order.ts";
import { formatSource, mergeSources } from "../lib/source.ts";
import type { DockerAttachment, DockerContainer } from "../parsers/docker-inspect.ts";
import type { DockerEndpoint } from "../parsers/docker-network-inspect.ts";
import type { Captured } from "./captured.ts";
import { sourceOf } from "./captured.ts";
import type { Container, Contradiction, Endpoint, Network } from "./host.ts";
import { canonicalAddress } from "./namespaces.ts";
import { isContainerKey, shortId } from "./networks.ts";

/** A container with the mode as Docker has it, before its namespace is known. */
export interface ContainerFacts extends Omit<Container, "namespace" | "networkMode"> {
  /** `HostConfig.NetworkMode`; null without docker inspect. */
  readonly mode: string | null;
}

/** All containers that any capture names, each once, in the order of their names. Endpoints come with their networks' facts. */
export function buildContainers(
  captured: Captured,
  networks: readonly Network[],
  contradictions: Contradiction[],
): readonly ContainerFacts[] {
  const containers = new Map<string, ContainerFacts>();
  const put = (facts: ContainerFacts) => {
    const before = containers.get(facts.name);
    containers.set(facts.name, before === undefined ? facts : merge(before, facts));
  };
  for (const listing of captured.all("docker-inspect", null)) {
    for (const container of listing.data) put(fromInspect(container, listing.capture.file, networks));
  }
  for (const listing of captured.all("docker-ps", null)) {
    for (const row of listing.data) {
      // A container that is linked to others lists those aliases (`other/alias`) beside its own name.
      const name = row.names.find((candidate) => !candidate.includes("/"));
      if (name === undefined) continue;
      const running = row.status === "" ? null : /^(Up|Restarting)\b/.test(row.status);
      put({ ...bare(name), id: row.id, running, sources: [sourceOf(listing, row)] });
    }
  }
  const names = new Map(
    [...containers.values()].flatMap(({ id, name }) => (id === null ? [] : [[shortId(id), name] as const])),
  );
  for (const [id, found] of endpointsOfNetworks(captured, networks)) {
    const name = names.get(shortId(id)) ?? found.name;
    put({
      ...bare(name),
      id,
      running: true,
      endpoints: found.endpoints,
      sources: found.endpoints.flatMap(({ sources }) => sources),
    });
    recordDifferences(containers.get(name), found.endpoints, networks, contradictions);
  }
  for (const name of captured.netnsNames) if (!containers.has(name)) put(bare(name));
  return [...containers.values()].sort((a, b) => byNaturalName(a.name, b.name));
}

function fromInspect(container: DockerContainer, file: string, networks: readonly Network[]): ContainerFacts {
  const { labels, networkMode, networks: attachments, ports: _, ...facts } = container;
  return {
    ...bare(container.name),
    id: facts.id,
    running: facts.running,
    mode: networkMode,
    pid: facts.pid,
    startedAt: facts.startedAt,
    hostname: facts.hostname,
    composeProject: labels["com.docker.compose.project"] ?? null,
    composeService: labels["com.docker.compose.service"] ?? null,
    endpoints: facts.running ? attachments.flatMap((attachment) => fromAttachment(attachment, file, networks)) : [],
    exposedPorts: facts.exposedPorts,
    dns: facts.dns,
    dnsSearch: facts.dnsSearch,
    dnsOptions: facts.dnsOptions,
    extraHosts: facts.extraHosts,
    links: facts.links,
    capAdd: facts.capAdd,
    privileged: facts.privileged,
    sysctls: facts.sysctls,
    sources: [{ file, line: container.line }],
  };
}

/** The host and none networks have no endpoint worth the name: what they mean is the container's mode. */
function fromAttachment(attachment: DockerAttachment, file: string, networks: readonly Network[]): Endpoint[] {
  const network =
    networks.find(({ id }) => shortId(id) === shortId(attachment.networkId)) ??
    networks.find(({ name }) => name === attachment.network);
  if (network === undefined || network.driver === "host" || network.driver === "null") return [];
  const address = (text: string | null, length: number | null) =>
    text === null || length === null ? null : { address: canonicalAddress(text), prefixLength: length };
  return [
    {
      networkId: network.id,
      endpointId: attachment.endpointId === "" ? null : attachment.endpointId,
      mac: attachment.mac,
      ipv4: address(attachment.ipv4, attachment.ipv4PrefixLength),
      ipv6: address(attachment.ipv6, attachment.ipv6PrefixLength),
      gateway4: attachment.gateway,
      gateway6: attachment.ipv6Gateway,
      aliases: attachment.aliases,
      dnsNames: attachment.dnsNames,
      gwPriority: attachment.gwPriority,
      interface: null,
      sources: [{ file, line: attachment.line }],
    },
  ];
}

/** The endpoints that networks list, by container id. Swarm names those on docker_gwbridge `gateway_…`, which is nobody's name. */
function endpointsOfNetworks(
  captured: Captured,
  networks: readonly Network[],
): Map<string, { name: string; endpoints: Endpoint[] }> {
  const found = new Map<string, { name: string; endpoints: Endpoint[] }>();
  for (const listing of captured.all("docker-network-inspect", null)) {
    for (const { id, endpoints } of listing.data) {
      const network = networks.find((candidate) => shortId(candidate.id) === shortId(id));
      for (const endpoint of endpoints) {
        if (!isContainerKey(endpoint.key)) continue;
        const before = found.get(endpoint.key);
        const name = before === undefined || before.name.startsWith("gateway_") ? endpoint.name : before.name;
        const own =
          network === undefined || network.driver === "host" || network.driver === "null"
            ? []
            : [fromNetwork(endpoint, network, listing.capture.file)];
        found.set(endpoint.key, { name, endpoints: [...(before?.endpoints ?? []), ...own] });
      }
    }
  }
  return found;
}

function fromNetwork(endpoint: DockerEndpoint, network: Network, file: string): Endpoint {
  const gateway = (family: 4 | 6) =>
    network.internal ? null : (network.subnets.find((subnet) => subnet.family === family)?.gateway ?? null);
  const address = (text: string | null) => {
    const [bare, length] = text?.split("/") ?? [];
    return bare === undefined || bare === "" || length === undefined
      ? null
      : { address: canonicalAddress(bare), prefixLength: Number(length) };
  };
  const [ipv4, ipv6] = [address(endpoint.ipv4), address(endpoint.ipv6)];
  return {
    networkId: network.id,
    endpointId: endpoint.endpointId === "" ? null : endpoint.endpointId,
    mac: endpoint.mac,
    ipv4,
    ipv6,
    gateway4: ipv4 === null ? null : gateway(4),
    gateway6: ipv6 === null ? null : gateway(6),
    aliases: [],
    dnsNames: [],
    gwPriority: 0,
    interface: null,
    sources: [{ file, line: endpoint.line }],
  };
}

function bare(name: string): ContainerFacts {
  return {
    name,
    id: null,
    running: null,
    mode: null,
    pid: null,
    startedAt: null,
    hostname: null,
    composeProject: null,
    composeService: null,
    endpoints: [],
    exposedPorts: [],
    dns: [],
    dnsSearch: [],
    dnsOptions: [],
    extraHosts: [],
    links: [],
    capAdd: [],
    privileged: null,
    sysctls: {},
    sources: [],
  };
}

/** `a` was read first and from the better capture: it wins, `b` fills its gaps. */
function merge(a: ContainerFacts, b: ContainerFacts): ContainerFacts {
  const endpoints = a.endpoints.map((endpoint) => {
    const other = b.endpoints.find(({ networkId }) => networkId === endpoint.networkId);
    return other === undefined
      ? endpoint
      : { ...endpoint, mac: endpoint.mac ?? other.mac, sources: mergeSources(endpoint.sources, other.sources) };
  });
  const added = b.endpoints.filter(
    ({ networkId }) => !a.endpoints.some((endpoint) => endpoint.networkId === networkId),
  );
  return {
    ...a,
    id: a.id !== null && a.id.length >= (b.id?.length ?? 0) ? a.id : b.id,
    running: a.running ?? b.running,
    endpoints: [...endpoints, ...added],
    sources: mergeSources(a.sources, b.sources),
  };
}

function recordDifferences(
  container: ContainerFacts | undefined,
  seen: readonly Endpoint[],
  networks: readonly Network[],
  contradictions: Contradiction[],
): void {
  for (const endpoint of seen) {
    const own = container?.endpoints.find(({ networkId }) => networkId === endpoint.networkId);
    if (container === undefined || own === undefined) continue;
    const facts = [
      ["IPv4 address", own.ipv4?.address, endpoint.ipv4?.address],
      ["IPv6 address", own.ipv6?.address, endpoint.ipv6?.address],
      ["MAC address", own.mac, endpoint.mac],
    ] as const;
    for (const [what, x, y] of facts) {
      if (x === y || x === undefined || y === undefined || x === null || y === null) continue;
      const network = networks.find(({ id }) => id === endpoint.networkId)?.name ?? endpoint.networkId;
      contradictions.push({
        subject: container.name,
        message: `its ${what} on ${network} is ${x} at ${own.sources.map(formatSource).join(", ")}, but ${y} at ${endpoint.sources.map(formatSource).join(", ")}`,
        sources: mergeSources(own.sources, endpoint.sources),
      });
    }
  }
}
