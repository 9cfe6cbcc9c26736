import { formatAddress } from "../lib/address.ts";
import { byCodePoint } from "../lib/order.ts";
import { formatScopedAddress, type ScopedAddress } from "../lib/scoped-address.ts";
import type { Container, Host, Namespace, Resolver } from "../model/host.ts";
import { embeddedAddress } from "../model/queries/embedded-dns.ts";
import type { ResolverReport } from "../results/analysis.ts";

/**
 * How names are resolved on the host and in each container: read from its resolv.conf where that was captured, else
 * concluded from its networks (the engine gives every user-defined network the embedded DNS, and the default bridge none).
 */
export function describeResolvers(host: Host): ResolverReport[] {
  const { own, sandboxes } = host;
  const theHosts = own.resolver.known ? own.resolver.value : null;
  const byName = new Map(host.containers.map((container) => [container.name, container]));
  const defaults = new Set(host.networks.filter(({ name }) => name === "bridge").map(({ id }) => id));
  const reports: ResolverReport[] = [];
  if (theHosts !== null) {
    const setup = theHosts.kind;
    reports.push({ ...placeOf(own), isHost: true, setup, knownFrom: "resolv-conf", ...facts(theHosts) });
  }
  for (const namespace of sandboxes) {
    const containers = namespace.containers.flatMap((name) => byName.get(name) ?? []);
    const report = namespace.resolver.known
      ? captured(namespace.resolver.value, containers, host, theHosts)
      : isPodmans(containers[0], host)
        ? null
        : concluded(containers, defaults, host, theHosts);
    if (report !== null) reports.push({ ...placeOf(namespace), isHost: false, ...report });
  }
  return reports;
}

type Setup = Omit<ResolverReport, "namespace" | "containers" | "isHost">;

const placeOf = ({ name, containers }: Namespace) => ({ namespace: name, containers });

function facts({ nameservers, search, options, upstreams, embeddedPorts, sources }: Resolver) {
  return { nameservers: inWords(nameservers), search, options, upstreams: inWords(upstreams), embeddedPorts, sources };
}

const inWords = (servers: readonly ScopedAddress[]): string[] => servers.map(formatScopedAddress);

function captured(resolver: Resolver, containers: readonly Container[], host: Host, theHosts: Resolver | null): Setup {
  const inherited = resolver.kind === "direct" && theHosts !== null && sameServers(resolver.nameservers, theHosts);
  const setup = inherited ? "inherited" : resolver.kind;
  const told = resolver.kind !== "embedded" || resolver.upstreams.length > 0;
  // Engines before 25 do not write the servers behind the embedded DNS into the container's resolv.conf.
  const upstreams = told ? resolver.upstreams : defaultServers(containers, host, theHosts);
  return { setup, knownFrom: resolver.knownFrom, ...facts(resolver), upstreams: inWords(upstreams) };
}

/** What the engine forwards to or hands on: the servers of `--dns`, else of daemon.json, else the host's. */
function defaultServers(
  containers: readonly Container[],
  host: Host,
  theHosts: Resolver | null,
): readonly ScopedAddress[] {
  const own = containers[0]?.dns ?? [];
  if (own.length > 0) return own;
  if (host.engine.settings.dns.length > 0) return host.engine.settings.dns;
  return theHosts === null ? [] : handedOn(theHosts);
}

/** The engine hands on the host's servers, or those behind the stub when the host uses systemd-resolved. */
const handedOn = ({ kind, nameservers, upstreams }: Resolver): readonly ScopedAddress[] =>
  kind === "stub" ? upstreams : nameservers;

function sameServers(servers: readonly ScopedAddress[], theHosts: Resolver): boolean {
  const sorted = (list: readonly ScopedAddress[]) => inWords(list).sort(byCodePoint).join(" ");
  return sorted(servers) === sorted(handedOn(theHosts));
}

/** podman's networks have no embedded DNS: aardvark-dns answers at their gateways, where a network wants it (netavark, src/dns/aardvark.rs). */
function isPodmans(container: Container | undefined, { captures, networks }: Host): boolean {
  const files = new Set(captures.flatMap(({ kind, file }) => (kind === "podman-network-inspect" ? [file] : [])));
  if (files.size === 0) return false;
  const own = new Set(container?.endpoints.map(({ networkId }) => networkId));
  return networks.some(({ id, sources }) => own.has(id) && sources.some(({ file }) => files.has(file)));
}

/** What follows from the networks of the first container: `defaults` are those without the embedded DNS. */
function concluded(
  containers: readonly Container[],
  defaults: ReadonlySet<string>,
  host: Host,
  theHosts: Resolver | null,
): Setup | null {
  const [owner] = containers;
  if (owner === undefined || owner.endpoints.length === 0) return null;
  const userDefined = owner.endpoints.some(({ networkId }) => !defaults.has(networkId));
  const inherits = owner.dns.length === 0 && host.engine.settings.dns.length === 0;
  const upstreams = inWords(defaultServers(containers, host, theHosts));
  return {
    setup: userDefined ? "embedded" : inherits ? "inherited" : "direct",
    knownFrom: "settings",
    nameservers: userDefined ? [formatAddress(embeddedAddress)] : upstreams,
    search: owner.dnsSearch,
    options: owner.dnsOptions,
    upstreams: userDefined ? upstreams : [],
    embeddedPorts: null,
    sources: owner.sources,
  };
}
