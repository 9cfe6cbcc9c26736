import { formatAddress, parseAddress } from "../lib/address.ts";
import type { Known } from "../lib/known.ts";
import type { Captured } from "./captured.ts";
import { sourceOf } from "./captured.ts";
import type { Contradiction, ListeningSocket, Namespace, Resolver, RuleSets, Sysctls } from "./host.ts";
import { buildInterfaces } from "./interfaces.ts";
import { buildNeighbours, buildPolicyRules, buildRoutes } from "./routes.ts";
import { buildIpSets, buildNftables, buildRuleSets } from "./rule-sets.ts";

/** Builds one namespace from what was captured in it. `netns` is null for the host's own. */
export function buildNamespace(
  captured: Captured,
  id: string,
  netns: string | null,
  containers: readonly string[],
  contradictions: Contradiction[],
): Namespace {
  const iptables = buildRuleSets(captured, netns, 4);
  return {
    id,
    containers,
    interfaces: buildInterfaces(captured, netns, contradictions),
    addressesKnown: captured.all("ip-addr", netns).length > 0,
    routes: buildRoutes(captured, netns, 4),
    routes6: buildRoutes(captured, netns, 6),
    rules: buildPolicyRules(captured, netns, 4),
    rules6: buildPolicyRules(captured, netns, 6),
    neighbours: buildNeighbours(captured, netns),
    iptables,
    ip6tables: buildRuleSets(captured, netns, 6),
    nftables: buildNftables(captured, netns),
    ipsets: buildIpSets(captured, netns),
    sysctls: buildSysctls(captured, netns),
    listeners: buildListeners(captured, netns),
    resolver: buildResolver(captured, netns, iptables),
  };
}

function buildSysctls(captured: Captured, netns: string | null): Known<Sysctls> {
  return captured.known("sysctl", netns, (listings) =>
    Object.fromEntries(
      listings.flatMap((listing) =>
        listing.data.map((setting) => [setting.key, { value: setting.value, sources: [sourceOf(listing, setting)] }]),
      ),
    ),
  );
}

function buildListeners(captured: Captured, netns: string | null): Known<readonly ListeningSocket[]> {
  return captured.known("ss-listen", netns, (listings) =>
    listings.flatMap((listing) =>
      listing.data.map(({ line, state: _, ...socket }) => ({ ...socket, sources: [sourceOf(listing, { line })] })),
    ),
  );
}

function buildResolver(captured: Captured, netns: string | null, iptables: Known<RuleSets>): Known<Resolver> {
  const upstream = captured
    .all("resolved-conf", netns)
    .flatMap(({ data }) => data.nameservers.map(({ address }) => address));
  return captured.known("resolv-conf", netns, (listings) => {
    const nameservers = listings.flatMap((listing) =>
      listing.data.nameservers.map((server) => ({ ...server, source: sourceOf(listing, server) })),
    );
    const extServers = listings.flatMap((listing) =>
      listing.data.extServers.map((server) => ({ ...server, source: sourceOf(listing, server) })),
    );
    const addresses = nameservers.map(({ address }) => address);
    const kind = addresses.includes("127.0.0.11")
      ? "embedded"
      : addresses.includes("127.0.0.53")
        ? "stub"
        : addresses.length > 0
          ? "direct"
          : "none";
    return {
      kind,
      nameservers: addresses,
      search: [...new Set(listings.flatMap(({ data }) => data.search))],
      options: [...new Set(listings.flatMap(({ data }) => data.options))],
      upstreams: kind === "stub" ? upstream : extServers.map(({ address }) => address),
      embeddedPorts: embeddedDnsPorts(iptables),
      sources: [...nameservers, ...extServers].map(({ source }) => source),
    };
  });
}

/** Where the embedded DNS listens: `DOCKER_OUTPUT -d 127.0.0.11 … --dport 53 -j DNAT --to-destination 127.0.0.11:PORT` (libnetwork, resolver_unix.go). */
function embeddedDnsPorts(iptables: Known<RuleSets>): Resolver["embeddedPorts"] {
  if (!iptables.known) return null;
  const ports: { tcp: number | null; udp: number | null } = { tcp: null, udp: null };
  for (const { tables } of iptables.value.sets) {
    for (const { chain, options } of tables.filter(({ name }) => name === "nat").flatMap(({ rules }) => rules)) {
      if (chain !== "DOCKER_OUTPUT") continue;
      const value = (...names: string[]) => options.find(({ name }) => names.includes(name))?.values[0];
      const [address, port] = value("--to-destination")?.split(":") ?? [];
      const protocol = value("-p", "--protocol");
      if (address === "127.0.0.11" && (protocol === "tcp" || protocol === "udp")) ports[protocol] = Number(port);
    }
  }
  return ports.tcp === null && ports.udp === null ? null : ports;
}

/** The canonical text of an address; what is none stays as it is. */
export function canonicalAddress(text: string): string {
  const address = parseAddress(text);
  return address === null ? text : formatAddress(address);
}
