import { type Address, formatAddress, parseAddress } from "../lib/address.ts";
import { embeddedAddress } from "../model/embedded-dns.ts";
import type { Container, Host } from "../model/host.ts";
import { listsAllInterfaces, listsAllNetworks } from "../model/whole-lists.ts";
import { QuestionError } from "./answer.ts";
import { indexOf } from "./host-index.ts";
import { residentStack } from "./residents.ts";
import { isLocal, lookupRoute } from "./routing.ts";
import type { Port } from "./services.ts";
import type { Segment, Stack, World } from "./stack.ts";
import { strangerTo } from "./strangers.ts";
import { ownAddresses } from "./ways.ts";

/** Where a packet starts: in a namespace, or at a machine outside that reaches the host by an interface. */
export type Origin =
  | { readonly kind: "stack"; readonly stack: Stack; readonly source: Address | null }
  | {
      readonly kind: "outside";
      readonly segment: Segment;
      readonly source: (family: 4 | 6) => Address;
      readonly assumes: readonly string[];
    };

/** What a packet is sent to. `protocol` is a number; `port` is null for ICMP. */
export interface Target {
  readonly address: Address;
  readonly protocol: number;
  readonly port: number | null;
  /** How a name became this address. */
  readonly assumes: readonly string[];
}

/** A name that the asking container cannot resolve, or of which the snapshot does not tell whether it can. */
export interface Unresolved {
  readonly unresolved: string;
  readonly certain: boolean;
}

const protocols: Readonly<Record<string, number>> = { tcp: 6, udp: 17, sctp: 132, icmp: 1, icmpv6: 58 };

/**
 * Reads `--from`: a container, `host`, `203.0.113.50@eth0` (a machine behind an interface), an address (its interface follows
 * from the routes), or `eth0` (anything that arrives there). Throws a QuestionError.
 */
export function parseOrigin(host: Host, world: World, text: string): Origin {
  const [address, name] = splitOnce(text, "@");
  if (name !== undefined) {
    const source = parseAddress(address);
    if (source === null) throw new QuestionError(`"${address}" in --from ${text} is no IP address`);
    return fromOutside(host, world, name, source, text);
  }
  const stack = findStack(host, world, text);
  if (stack !== null) return { kind: "stack", stack, source: null };
  const source = parseAddress(text);
  if (source === null) return fromAnywhere(host, world, text);
  const owner = residentStack(world, source);
  if (owner !== null) return { kind: "stack", stack: owner, source };
  const own = world.stacks.get("host");
  const [route] =
    own === undefined ? [] : lookupRoute(own, { destination: source, source: null, incoming: null, mark: 0 }).results;
  if (route === undefined || !("device" in route))
    throw new QuestionError(`the host has no route to ${text}: say by which interface it comes in (${text}@eth0)`);
  return fromOutside(host, world, route.device, source, text);
}

function fromOutside(host: Host, world: World, name: string, source: Address, text: string): Origin {
  const segment = findSegment(world, name);
  if (segment === null)
    throw new QuestionError(
      `--from ${text}: ${listsAllInterfaces(host) ? "the host has" : "this snapshot shows"} no interface ${name}; ${interfacesOf(host, world)}`,
    );
  return { kind: "outside", segment, source: () => source, assumes: [] };
}

function fromAnywhere(host: Host, world: World, name: string): Origin {
  const segment = findSegment(world, name);
  if (segment === null) {
    const containers = [...world.stacks.values()].flatMap(({ names }) => names);
    throw new QuestionError(
      `"${name}" is no container, interface or address of this snapshot; containers: ${some(containers)}; ${interfacesOf(host, world)}`,
    );
  }
  const [four, six] = [strangerTo(world, 4), strangerTo(world, 6)];
  return {
    kind: "outside",
    segment,
    source: (family) => (family === 4 ? four : six),
    assumes: [`${formatAddress(four)} (IPv6: ${formatAddress(six)}) stands for any machine behind ${name}`],
  };
}

/** The link by which machines outside come to an interface. */
export const findSegment = (world: World, name: string): Segment | null =>
  world.segments.get(`uplink:${name}`) ?? world.segments.get(`bridge:${name}`) ?? null;

/** Which interfaces packets can come by, for a person, and whether those are all. */
function interfacesOf(host: Host, world: World): string {
  const names = [...world.segments.values()].map((segment) => segment.interface);
  if (names.length === 0) return "its interfaces are in no capture (ip a)";
  return `interfaces: ${some(names)}${listsAllInterfaces(host) ? "" : "; others may be missing (ip a)"}`;
}

const some = (names: readonly string[]): string =>
  names.length === 0 ? "none" : `${names.slice(0, 8).join(", ")}${names.length > 8 ? ", …" : ""}`;

function findStack(host: Host, world: World, name: string): Stack | null {
  if (name === "host") return world.stacks.get("host") ?? null;
  const container = findContainer(host, name);
  if (container === null) return null;
  if (container.namespace === null) {
    throw new QuestionError(
      container.running === false
        ? `container ${name} is not running: it has no network namespace`
        : `the network namespace of container ${name} is in no capture; docker network inspect lists the containers that are on networks`,
    );
  }
  return world.stacks.get(container.namespace) ?? null;
}

/** A container by its name, or by its id from 12 digits on. */
export function findContainer(host: Host, name: string): Container | null {
  const exact = indexOf(host).containers.get(name);
  if (exact !== undefined) return exact;
  return /^[0-9a-f]{12,64}$/.test(name) ? (host.containers.find(({ id }) => id?.startsWith(name)) ?? null) : null;
}

/** A port at an address, asked for without any name. */
export const targetAt = (address: Address, { protocol, port }: Port): Target => ({
  address,
  protocol: protocols[protocol] ?? 6,
  port,
  assumes: [],
});

/** What `--to` says: whom, and at which port; `port` is null for ICMP. */
interface TargetText {
  readonly name: string;
  readonly protocol: number;
  readonly port: number | null;
}

/** Reads `db:3306`, `172.18.0.2:80/tcp`, `host:8080`, `[fd00::2]:53/udp`, `db/icmp`. Throws a QuestionError. */
export function readTarget(text: string): TargetText {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^\s/[\]]+?))(?::(\d{1,5}))?(?:\/([a-z0-9]+))?$/i.exec(text);
  const name = match?.[1] ?? match?.[2];
  if (match === null || name === undefined)
    throw new QuestionError(
      `--to ${text}: write name:port, address:port, [IPv6 address]:port or name/icmp, with /udp for UDP`,
    );
  const protocol = protocols[match[4]?.toLowerCase() ?? "tcp"];
  if (protocol === undefined)
    throw new QuestionError(`--to ${text}: protocol ${match[4]} is none of ${Object.keys(protocols).join(", ")}`);
  const isIcmp = protocol === 1 || protocol === 58;
  const port = match[3] === undefined ? null : Number(match[3]);
  if (!isIcmp && (port === null || port < 1 || port > 65535))
    throw new QuestionError(`--to ${text}: needs a port from 1 to 65535 (${name}:80), or ${name}/icmp`);
  return { name, protocol, port: isIcmp ? null : port };
}

/** Finds what `--to` means for who asks. Throws a QuestionError. */
export function parseTarget(host: Host, world: World, origin: Origin, text: string): Target | Unresolved {
  const { name, protocol, port } = readTarget(text);
  const address = parseAddress(name);
  const found = address === null ? resolve(host, world, origin, name, text) : { address, assumes: [] };
  if ("unresolved" in found) return found;
  return { ...found, protocol: port === null ? (found.address.family === 4 ? 1 : 58) : protocol, port };
}

interface Resolved {
  readonly address: Address;
  readonly assumes: readonly string[];
}

/** A name as its asker sees it: /etc/hosts and the embedded DNS for containers; outside and on the host names are only handy. */
function resolve(host: Host, world: World, origin: Origin, name: string, text: string): Resolved | Unresolved {
  if (name === "host") return hostAddress(world, origin, text);
  if (name === "outside") return anyoneOutside(world, origin);
  const asker = origin.kind === "stack" ? indexOf(host).containers.get(origin.stack.id) : undefined;
  if (asker === undefined || (origin.kind === "stack" && origin.stack.id === "host"))
    return byContainerName(host, world, name, text);
  const extra = asker.extraHosts.find(
    (entry) => entry.slice(0, Math.max(entry.indexOf(":"), entry.indexOf("="))) === name,
  );
  const fixed = extra === undefined ? null : parseAddress(extra.slice(name.length + 1).replace(/^\[|\]$/g, ""));
  if (fixed !== null)
    return { address: fixed, assumes: [`${name} is ${formatAddress(fixed)} in /etc/hosts of ${asker.name}`] };
  if (asker.name === name || asker.hostname === name) return own(host, world, asker, name, text);
  return byEmbeddedDns(host, asker, name);
}

function own(host: Host, world: World, asker: Container, name: string, text: string): Resolved | Unresolved {
  const [first] = asker.endpoints;
  const address = parseAddress(first?.ipv4?.address ?? first?.ipv6?.address ?? "");
  return address === null ? byContainerName(host, world, name, text) : { address, assumes: [] };
}

/**
 * Docker's resolver at 127.0.0.11 knows the names and aliases of the containers on the asker's user-defined networks; the
 * default bridge has none (moby, libnetwork/sandbox_dns.go, Sandbox.ResolveName).
 */
function byEmbeddedDns(host: Host, asker: Container, name: string): Resolved | Unresolved {
  for (const { networkId } of asker.endpoints) {
    const network = indexOf(host).networks.get(networkId);
    const linked = asker.links.some(
      (link) => link.split(":")[1]?.split("/").at(-1) === name || link.split(":")[0] === `/${name}`,
    );
    if (network === undefined || (network.name === "bridge" && !linked)) continue;
    for (const container of host.containers) {
      const endpoint = container.endpoints.find((one) => one.networkId === networkId);
      if (endpoint === undefined) continue;
      const names = [
        container.name,
        ...endpoint.aliases,
        ...endpoint.dnsNames,
        ...(container.id === null ? [] : [container.id.slice(0, 12)]),
        ...(container.composeService === null ? [] : [container.composeService]),
      ];
      const address = parseAddress(endpoint.ipv4?.address ?? endpoint.ipv6?.address ?? "");
      if (names.includes(name) && address !== null)
        return { address, assumes: [`${name} is ${formatAddress(address)} on ${network.name} for ${asker.name}`] };
    }
  }
  const other = findContainer(host, name);
  if (
    other === null &&
    !host.containers.some(({ endpoints }) => endpoints.some(({ aliases }) => aliases.includes(name)))
  ) {
    throw new QuestionError(
      `"${name}" is no container, alias or address of this snapshot; containers: ${some(host.containers.map((container) => container.name))}`,
    );
  }
  const doubt = whyDoubtful(host, asker, other);
  return doubt === null
    ? { unresolved: `${asker.name} cannot resolve ${name}: ${whyNoName(host, asker, name)}`, certain: true }
    : { unresolved: `whether ${asker.name} can resolve ${name} is not known: ${doubt}`, certain: false };
}

/** Why a name may be known to its asker though no captured network tells it; null where there is no doubt. */
function whyDoubtful(host: Host, asker: Container, other: Container | null): string | null {
  for (const { name, hostname } of other === null ? [asker] : [asker, other]) {
    // A container lists all its networks when it is inspected itself, or when all networks were.
    if (hostname === null && !listsAllNetworks(host))
      return `which networks ${name} is on is in no capture (docker inspect ${name})`;
  }
  const resolver = indexOf(host).namespaces.get(asker.namespace ?? "")?.resolver;
  return isOnDefaultBridgeOnly(host, asker) && resolver?.known === true && resolver.value.kind === "embedded"
    ? `it is listed on the default bridge, which has no embedded DNS, but asks ${embeddedAddress}`
    : null;
}

function whyNoName(host: Host, asker: Container, name: string): string {
  if (asker.endpoints.length === 0) return `${asker.name} is on no network`;
  return isOnDefaultBridgeOnly(host, asker)
    ? `${asker.name} is on the default bridge, which has no embedded DNS`
    : `${asker.name} and ${name} share no user-defined network`;
}

const isOnDefaultBridgeOnly = (host: Host, { endpoints }: Container): boolean =>
  endpoints.length > 0 && endpoints.every(({ networkId }) => indexOf(host).networks.get(networkId)?.name === "bridge");

/** From the host or from outside a container's name stands for its first address, on the network that the engine prefers. */
function byContainerName(host: Host, world: World, name: string, text: string): Resolved {
  const container = findContainer(host, name);
  if (container === null)
    throw new QuestionError(
      `--to ${text}: "${name}" is no container or address of this snapshot; containers: ${some(host.containers.map((one) => one.name))}`,
    );
  if (container.namespace === "host") return hostAddress(world, null, text);
  const stack = world.stacks.get(container.namespace ?? "");
  const [preferred] = stack === undefined ? [] : ownAddresses(host, stack, false);
  const address = parseAddress(preferred?.address ?? "");
  if (preferred === undefined || address === null)
    throw new QuestionError(
      `--to ${text}: container ${name} has no address in this snapshot${container.running === false ? ": it is not running" : "; docker network inspect lists the containers with theirs"}`,
    );
  const on = preferred.network === null ? "" : ` on ${preferred.network}`;
  return { address, assumes: [`${name} stands for ${formatAddress(address)}${on}`] };
}

/** `outside`: a machine of which nothing is known, in the family of who asks. */
function anyoneOutside(world: World, origin: Origin): Resolved {
  const family = origin.kind === "stack" ? origin.source?.family : origin.source(4).family;
  const address = strangerTo(world, family ?? 4);
  return { address, assumes: [`${formatAddress(address)} stands for any machine outside`] };
}

/** `host`: for itself 127.0.0.1, for a container its default gateway, for others the address of the interface they come by. */
function hostAddress(world: World, origin: Origin | null, text: string): Resolved {
  const own = world.stacks.get("host");
  const pick = (address: Address | null | undefined): Resolved => {
    if (address == null)
      throw new QuestionError(`--to ${text}: it is not known which address of the host is meant; write the address`);
    return { address, assumes: [`host stands for ${formatAddress(address)}`] };
  };
  if (origin === null || (origin.kind === "stack" && origin.stack.id === "host"))
    return pick(parseAddress("127.0.0.1"));
  if (origin.kind === "outside") {
    const family = origin.source(4).family;
    const addresses = own?.interfaces.get(origin.segment.interface)?.addresses ?? [];
    return pick(
      addresses.find(({ address, scope }) => address.family === family && scope !== "link")?.address ??
        addresses[0]?.address,
    );
  }
  const [route] = lookupRoute(origin.stack, {
    destination: { family: 4, value: 0x01010101n },
    source: null,
    incoming: null,
    mark: 0,
  }).results;
  const gateway = route?.kind === "unicast" ? route.gateway : null;
  return pick(gateway !== null && own !== undefined && isLocal(own, gateway) ? gateway : null);
}

/** An address holds no separator; the name of an interface may. */
function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
