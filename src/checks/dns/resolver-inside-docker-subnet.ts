import { addressKey, bitsOf, contains, formatPrefix } from "../../lib/address.ts";
import { formatScopedAddress, type ScopedAddress } from "../../lib/scoped-address.ts";
import type { Source } from "../../lib/source.ts";
import type { Host } from "../../model/host.ts";
import { hostInterfaces } from "../../model/queries/whole-lists.ts";
import { defineCheck } from "../check.ts";
import { skipWithout } from "../skip.ts";
import { moveNetwork } from "../subnets/move-network.ts";
import { privateNetworks, subnetsOf } from "../subnets/places.ts";
import { overlapsBetween, type PlacedPrefix } from "../subnets/prefix-overlaps.ts";

export const resolverInsideDockerSubnet = defineCheck({
  id: "resolver-inside-docker-subnet",
  severity: "error",
  sureness: "proven",
  category: "dns",
  title: "A name server's address lies in a Docker subnet",
  why: "The host looks for its name server among its own containers: names do not resolve, on the host and in every container that uses the same server.",
  fix: "Create the network again with another --subnet, or use another name server.",
  sources: [
    "https://github.com/moby/moby/issues/24220",
    "moby libnetwork/netutils/utils_linux.go InferReservedNetworks: name servers keep a subnet from being chosen for this reason (v28.5.2)",
  ],
  needs: ["docker-network-inspect", "ip-addr", ["resolv-conf", "resolved-conf", "daemon-json"]],
  wants: ["resolv-conf"],
  needsBridges: true,
  needsWhole: ["ip-addr"],
  *run({ host }) {
    const resolver = host.own.resolver;
    if (resolver.known && resolver.value.kind === "stub" && resolver.value.upstreams.length === 0)
      yield* skipWithout(host, "resolved-conf");
    const here = answering(host);
    const servers = nameServers(host).filter(({ of }) => !here.has(addressKey(of.server.address)));
    for (const [
      subnet,
      {
        of: { server, who, sources },
      },
    ] of overlapsBetween(privateNetworks(host).flatMap(subnetsOf), servers)) {
      if (!contains(subnet.prefix, server.address)) continue;
      yield {
        subject: { kind: "network", name: subnet.of.name },
        message: `The name server ${formatScopedAddress(server)} (${who}) lies in ${formatPrefix(subnet.prefix)}, the subnet of network ${subnet.of.name}, where no container has that address.`,
        evidence: [...sources, ...subnet.of.sources],
        fix: moveNetwork(host, subnet.of, subnet.prefix),
      };
    }
  },
});

interface NameServer {
  readonly server: ScopedAddress;
  readonly who: string;
  readonly sources: readonly Source[];
}

/** The name servers of the host, those of daemon.json, and those that containers were given with --dns; each once. */
function nameServers(host: Host): readonly PlacedPrefix<NameServer>[] {
  const resolver = host.own.resolver;
  const found = new Map<string, PlacedPrefix<NameServer>>();
  const add = (server: ScopedAddress, who: string, sources: readonly Source[]) => {
    const { address, zone } = server;
    // On another link the same address is somebody else's.
    if (zone !== null || found.has(addressKey(address))) return;
    found.set(addressKey(address), {
      prefix: { address, length: bitsOf(address.family) },
      of: { server, who, sources },
    });
  };
  if (resolver.known) {
    const { nameservers, upstreams, sources } = resolver.value;
    for (const [i, server] of nameservers.entries()) add(server, "the host's", sources.slice(i, i + 1));
    for (const server of upstreams) add(server, "the host's, behind its stub resolver", sources.slice(0, 1));
  }
  for (const server of host.engine.settings.dns) add(server, "dns in daemon.json", host.engine.sources);
  for (const { name, dns, running, sources } of host.containers)
    if (running !== false) for (const server of dns) add(server, `dns of ${name}`, sources);
  return [...found.values()];
}

/** The keys of addresses where somebody may well answer: the host's own, the containers', and those that only the engine knows of. */
function answering(host: Host): ReadonlySet<string> {
  const addresses = [
    ...[...hostInterfaces(host).values()].flatMap((link) => link.addresses.map(({ address }) => address)),
    ...host.containers.flatMap(({ endpoints }) =>
      endpoints.flatMap(({ ipv4, ipv6 }) => [ipv4?.address ?? [], ipv6?.address ?? []].flat()),
    ),
    ...host.networks.flatMap(({ specialEndpoints, subnets }) => [
      ...specialEndpoints.flatMap(({ ipv4, ipv6 }) => [ipv4 ?? [], ipv6 ?? []].flat()),
      ...subnets.flatMap(({ gateway, auxiliary }) => [
        ...(gateway === null ? [] : [gateway]),
        ...Object.values(auxiliary),
      ]),
    ]),
  ];
  return new Set(addresses.map(addressKey));
}
