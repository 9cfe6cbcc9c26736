import { formatAddress } from "../../lib/address.ts";
import { byNaturalName } from "../../lib/order.ts";
import { formatSource, mergeSources } from "../../lib/source.ts";
import type { DockerContainer } from "../../parsers/docker-inspect.ts";
import type { Container, Contradiction, Endpoint, Network } from "../host.ts";
import type { Captured } from "./captured.ts";
import { sourceOf } from "./captured.ts";
import { endpointsOfNetworks, fromAttachment, indexNetworks, type NetworkIndex, oncePerNetwork } from "./endpoints.ts";
import { addressReader } from "./engine-addresses.ts";
import type { GatewayOf } from "./gateways.ts";
import { shortId } from "./networks.ts";

/** A container with the mode as Docker has it, before its namespace is known. */
export interface ContainerFacts extends Omit<Container, "namespace" | "networkMode"> {
  /** `HostConfig.NetworkMode`; null without docker inspect. */
  readonly mode: string | null;
}

/** All containers that any capture names, each once, in the order of their names. Endpoints come with their networks' facts. */
export function buildContainers(
  captured: Captured,
  networks: readonly Network[],
  gatewayOf: GatewayOf,
  contradictions: Contradiction[],
): readonly ContainerFacts[] {
  const containers = new Map<string, ContainerFacts>();
  const put = (facts: ContainerFacts) => {
    const before = containers.get(facts.name);
    if (before !== undefined) recordOther(before, facts, contradictions);
    containers.set(facts.name, before === undefined ? facts : merge(before, facts));
  };
  const index = indexNetworks(networks);
  for (const listing of captured.all("docker-inspect", null)) {
    for (const container of listing.data) {
      const facts = fromInspect(container, listing.capture.file, index, contradictions);
      put({ ...facts, endpoints: oncePerNetwork(facts.endpoints) });
      recordDifferences(containers.get(facts.name), facts.endpoints, index, contradictions);
    }
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
  for (const [id, found] of endpointsOfNetworks(captured, index, gatewayOf)) {
    const name = names.get(shortId(id)) ?? (found.name === "" ? shortId(id) : found.name);
    put({
      ...bare(name),
      id,
      running: true,
      endpoints: oncePerNetwork(found.endpoints),
      sources: found.endpoints.flatMap(({ sources }) => sources),
    });
    recordDifferences(containers.get(name), found.endpoints, index, contradictions);
  }
  for (const name of captured.netnsNames) if (!containers.has(name)) put(bare(name));
  return [...containers.values()].sort((a, b) => byNaturalName(a.name, b.name));
}

function fromInspect(
  container: DockerContainer,
  file: string,
  networks: NetworkIndex,
  contradictions: Contradiction[],
): ContainerFacts {
  const { labels, networkMode, networks: attachments, ports: _, ...facts } = container;
  const sources = [{ file, line: container.line }];
  const read = addressReader(`container ${container.name}`, sources, contradictions);
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
    endpoints: facts.running
      ? attachments.flatMap((attachment) => fromAttachment(container.name, attachment, file, networks, contradictions))
      : [],
    exposedPorts: facts.exposedPorts,
    dns: facts.dns.flatMap((text) => read.scoped("name server", text) ?? []),
    dnsSearch: facts.dnsSearch,
    dnsOptions: facts.dnsOptions,
    extraHosts: facts.extraHosts,
    links: facts.links,
    capAdd: facts.capAdd,
    privileged: facts.privileged,
    sysctls: facts.sysctls,
    sources,
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

const textOf = (own: Endpoint["ipv4"]): string | null => own && formatAddress(own.address);

/** A difference names as many places of each side. */
const mostPlaces = 3;

function recordDifferences(
  container: ContainerFacts | undefined,
  seen: readonly Endpoint[],
  networks: NetworkIndex,
  contradictions: Contradiction[],
): void {
  if (container === undefined) return;
  const byNetwork = new Map(container.endpoints.map((endpoint) => [endpoint.networkId, endpoint]));
  for (const endpoint of seen) {
    const own = byNetwork.get(endpoint.networkId);
    if (own === undefined) continue;
    const facts = [
      ["IPv4 address", textOf(own.ipv4), textOf(endpoint.ipv4)],
      ["IPv6 address", textOf(own.ipv6), textOf(endpoint.ipv6)],
      ["MAC address", own.mac, endpoint.mac],
    ] as const;
    for (const [what, x, y] of facts) {
      if (x === y || x === null || y === null) continue;
      const network = networks.byId(endpoint.networkId)?.name ?? endpoint.networkId;
      const [one, other] = [own.sources, endpoint.sources].map((places) => places.slice(0, mostPlaces));
      if (one === undefined || other === undefined) continue;
      contradictions.push({
        subject: container.name,
        message: `its ${what} on ${network} is ${x} at ${one.map(formatSource).join(", ")}, but ${y} at ${other.map(formatSource).join(", ")}`,
        sources: mergeSources(one, other),
      });
    }
  }
}

/** Two containers of one name, or one that runs in one capture and not in another: it was stopped or made anew between them. */
function recordOther(a: ContainerFacts, b: ContainerFacts, contradictions: Contradiction[]): void {
  const sources = mergeSources(a.sources, b.sources);
  const [one, other] = [a.sources, b.sources].map((places) => places.map(formatSource).join(", "));
  if (a.id !== null && b.id !== null && shortId(a.id) !== shortId(b.id)) {
    const message = `its id is ${shortId(a.id)} at ${one}, but ${shortId(b.id)} at ${other}`;
    contradictions.push({ subject: a.name, message, sources });
  } else if (a.running !== null && b.running !== null && a.running !== b.running) {
    const words = (running: boolean) => (running ? "runs" : "does not run");
    const message = `it ${words(a.running)} at ${one}, but ${words(b.running)} at ${other}`;
    contradictions.push({ subject: a.name, message, sources });
  }
}
