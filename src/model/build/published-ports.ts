import { isEverything } from "../../firewall/address-range.ts";
import { addressAsked, givenAddress, numberAsked, rangeAsked, speaksOf } from "../../firewall/asked.ts";
import { compileIptables } from "../../firewall/compile/iptables/compile-rule-set.ts";
import { type Address, addressKey, contains, formatAddress } from "../../lib/address.ts";
import { formatEndpoint, formatPort } from "../../lib/endpoint.ts";
import { firstOf } from "../../lib/enumerate.ts";
import { unspecified } from "../../lib/literals.ts";
import { byNaturalName } from "../../lib/order.ts";
import { isTransport, transportOf } from "../../lib/protocol.ts";
import { mergeSources } from "../../lib/source.ts";
import type { Container, Contradiction, Host, Namespace, Network, PublishedPort } from "../host.ts";
import type { Captured } from "./captured.ts";
import { sourceOf } from "./captured.ts";
import { addressReader } from "./engine-addresses.ts";

/** The published ports: as the engine tells them, else read back from its DNAT rules; each binding once. */
export function buildPublishedPorts(
  captured: Captured,
  { containers, networks }: Pick<Host, "containers" | "networks">,
  [host, ...sandboxes]: readonly [Namespace, ...Namespace[]],
  contradictions: Contradiction[],
): Pick<Host, "publishedPorts" | "publishedPortsGap"> {
  const told = withoutGuests(
    [...fromInspect(captured, contradictions), ...fromPs(captured, contradictions)],
    containers,
  );
  const owners = addressOwners(containers, sandboxes);
  const isTold = captured.all("docker-inspect", null).length > 0 || captured.all("docker-ps", null).length > 0;
  const forwards = isTold && told.length > 0 ? [] : forwardsOf(host);
  const ports = new Map<string, PublishedPort>();
  for (const port of told.length > 0 ? told : forwards.flatMap((one) => publishedBy(one, owners))) {
    const key = [port.protocol, addressKey(port.hostAddress), port.hostPort].join(" ");
    const before = ports.get(key);
    if (before === undefined) ports.set(key, port);
    else if (before.container === port.container)
      ports.set(key, { ...before, sources: mergeSources(before.sources, port.sources) });
    else
      contradictions.push({
        subject: `published port ${port.hostPort}/${port.protocol}`,
        message: `${formatEndpoint(port.hostAddress, port.hostPort)} leads to ${before.container} and to ${port.container}`,
        sources: mergeSources(before.sources, port.sources),
      });
  }
  const publishedPorts = [...ports.values()].sort(
    (a, b) =>
      a.hostPort - b.hostPort ||
      byNaturalName(a.protocol, b.protocol) ||
      byNaturalName(formatAddress(a.hostAddress), formatAddress(b.hostAddress)),
  );
  const gap = () =>
    gapOfForwards(captured, forwards, owners, networks) ?? gapOfRules(captured, owners, host, publishedPorts);
  return { publishedPorts, publishedPortsGap: isTold ? null : gap() };
}

/** Why the rules may not tell of all published ports; null where they seem to. */
function gapOfRules(
  captured: Captured,
  owners: Owners,
  host: Namespace,
  placed: readonly PublishedPort[],
): string | null {
  const tables = host.iptables.known ? host.iptables.value.sets.flatMap(compileIptables) : [];
  const dockerOf = (table: string) =>
    tables.flatMap(({ name, chains }) => (name === table ? (chains.get("DOCKER") ?? []) : []));
  const why = captured.why("docker-ps", null);
  if (dockerOf("nat").length === 0) return `${why}, and no rules of the engine tell of them`;
  // `-A DOCKER -d ADDRESS ! -i BRIDGE -o BRIDGE -p tcp --dport PORT -j ACCEPT` goes with a DNAT rule of each published port.
  for (const rule of dockerOf("filter").flatMap(({ rules }) => rules)) {
    const value = addressAsked(rule, "destination");
    const container = value === null ? undefined : owners.get(addressKey({ family: 4, value }));
    const port = numberAsked(rule, "destination-port");
    const protocol = transportOf(numberAsked(rule, "protocol") ?? 0);
    if (container === undefined || port === null || protocol === null) continue;
    const isPlaced = placed.some(
      (one) => one.container === container && one.containerPort === port && one.protocol === protocol,
    );
    if (!isPlaced)
      return `${why}, and the rule that would say where ${port}/${protocol} of ${container} is published is not there`;
  }
  return null;
}

/**
 * podman lists the ports of a namespace's owner under each of its guests, too (libpod, getContainerNetworkInfo). They are the
 * owner's; a guest whose owner is in no capture keeps them.
 */
function withoutGuests(ports: readonly PublishedPort[], containers: readonly Container[]): readonly PublishedPort[] {
  const guests = new Set(
    containers.flatMap(({ name, networkMode, namespace }) =>
      networkMode === "container" && namespace !== null ? [name] : [],
    ),
  );
  return ports.filter(({ container }) => !guests.has(container));
}

/** What the engine says of a port: the host's address and the protocol as they stand there. */
interface ToldPort extends Pick<PublishedPort, "container" | "hostPort" | "containerPort" | "sources"> {
  readonly protocol: string;
  /** Empty for every address. */
  readonly address: string;
}

/** What is no address, or no protocol whose ports can be published, is told of and left out. */
function readPort({ address, protocol, ...port }: ToldPort, contradictions: Contradiction[]): PublishedPort[] {
  const { container, hostPort, containerPort, sources } = port;
  const subject = `published port ${containerPort}/${protocol} of ${container}`;
  const hostAddress =
    address === "" ? unspecified[4] : addressReader(subject, sources, contradictions).address("host address", address);
  if (!isTransport(protocol))
    contradictions.push({
      subject,
      message: `its host port is ${hostPort}, but ports of ${protocol} cannot be published`,
      sources,
    });
  if (hostAddress === null || !isTransport(protocol)) return [];
  return [{ container, protocol, hostAddress, hostPort, containerPort, knownFrom: "engine", sources }];
}

function fromInspect(captured: Captured, contradictions: Contradiction[]): PublishedPort[] {
  return captured.all("docker-inspect", null).flatMap((listing) =>
    listing.data.flatMap(({ name: container, running, ports }) =>
      ports.flatMap(({ containerPort, protocol, hostIp: address, hostPort, line }): PublishedPort[] => {
        if (!running || hostPort === null) return [];
        const sources = [sourceOf(listing, { line })];
        return readPort({ container, protocol, address, hostPort, containerPort, sources }, contradictions);
      }),
    ),
  );
}

/** `docker ps` shows consecutive ports as one range. */
function fromPs(captured: Captured, contradictions: Contradiction[]): PublishedPort[] {
  const ports: PublishedPort[] = [];
  for (const listing of captured.all("docker-ps", null)) {
    for (const row of listing.data) {
      const container = row.names.find((name) => !name.includes("/"));
      for (const { host: bound, from, protocol } of row.ports) {
        if (container === undefined || bound === null) continue;
        const sources = [sourceOf(listing, row)];
        const [first] = readPort(
          { container, protocol, address: bound.address, hostPort: bound.from, containerPort: from, sources },
          contradictions,
        );
        if (first === undefined) continue;
        for (let i = 0; i <= bound.to - bound.from; i++)
          ports.push({ ...first, hostPort: bound.from + i, containerPort: from + i });
      }
    }
  }
  return ports;
}

/** What a rule of the engine forwards, and to which address. */
interface Forward extends Omit<PublishedPort, "container" | "knownFrom"> {
  readonly address: Address;
}

/** `-A DOCKER [-d HOST] … -p tcp --dport H -j DNAT --to-destination ADDRESS:P`. */
function forwardsOf(host: Namespace): readonly Forward[] {
  const sets = [host.iptables, host.ip6tables].flatMap((captured) => (captured.known ? captured.value.sets : []));
  return sets.flatMap((set) =>
    compileIptables(set)
      .filter(({ name }) => name === "nat")
      .flatMap(({ chains }) => chains.get("DOCKER")?.rules ?? [])
      .flatMap((rule) => {
        const { family } = set;
        const to = givenAddress(rule, "destination");
        const hostPort = numberAsked(rule, "destination-port");
        const protocol = transportOf(numberAsked(rule, "protocol") ?? 0);
        if (to === null || hostPort === null || hostPort === 0 || protocol === null) return [];
        const bound = addressAsked(rule, "destination");
        const range = rangeAsked(rule, "destination");
        const isForAll = range === null ? !speaksOf(rule, "destination") : isEverything(range, family);
        // The engine writes one for an address or for all, and none for a network.
        if (bound === null && !isForAll) return [];
        return [
          {
            protocol,
            hostAddress: bound === null ? unspecified[family] : { family, value: bound },
            hostPort,
            address: { family, value: to.address },
            containerPort: to.port ?? hostPort,
            sources: [rule.source],
          },
        ];
      }),
  );
}

function publishedBy({ address, ...forward }: Forward, owners: Owners): readonly PublishedPort[] {
  const container = owners.get(addressKey(address));
  return container === undefined ? [] : [{ ...forward, container, knownFrom: "rules" }];
}

/**
 * Which ports the rules publish for containers that were not captured; null where all are captured. A network that was
 * inspected lists its containers: a rule for another address of it was left behind.
 */
function gapOfForwards(
  captured: Captured,
  forwards: readonly Forward[],
  owners: Owners,
  networks: readonly Network[],
): string | null {
  const listed = networks
    .filter(({ inspected }) => inspected)
    .flatMap(({ subnets }) => subnets.map(({ subnet }) => subnet));
  const others = forwards.filter(
    ({ address }) => !owners.has(addressKey(address)) && !listed.some((subnet) => contains(subnet, address)),
  );
  if (others.length === 0) return null;
  const named = others.map(({ hostAddress, hostPort, protocol, address, containerPort }) => {
    const inside = formatEndpoint(address, formatPort({ protocol, port: containerPort }));
    return `${formatEndpoint(hostAddress, hostPort)} → ${inside}`;
  });
  return `${captured.why("docker-ps", null)}; the NAT rules publish ${firstOf(named, 3).join(", ")}, and whose addresses those are is in no capture`;
}

/** The containers' names by the keys of their addresses. */
type Owners = ReadonlyMap<string, string>;

/** Addresses are those of the engine's endpoints, and of what was captured inside. */
function addressOwners(containers: readonly Container[], sandboxes: readonly Namespace[]): Owners {
  const inside = sandboxes.flatMap(({ containers: [owner], interfaces }) =>
    owner === undefined || !interfaces.known
      ? []
      : interfaces.value.flatMap(({ flags, addresses }) =>
          flags.includes("LOOPBACK") ? [] : addresses.map(({ address }) => [addressKey(address), owner] as const),
        ),
  );
  const told = containers.flatMap(({ name, endpoints }) =>
    endpoints.flatMap(({ ipv4, ipv6 }) =>
      [ipv4, ipv6].flatMap((end) => (end === null ? [] : [[addressKey(end.address), name] as const])),
    ),
  );
  return new Map([...inside, ...told]);
}
