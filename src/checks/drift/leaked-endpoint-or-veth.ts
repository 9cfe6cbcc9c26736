import { formatAddress } from "../../lib/address.ts";
import { sh } from "../../lib/command.ts";
import type { Host, Interface } from "../../model/host.ts";
import { dockerBridges } from "../../model/queries/docker-bridges.ts";
import { isDockerVeth } from "../../model/queries/docker-names.ts";
import { hostInterfaces, isWhole, listsAllNetworks } from "../../model/queries/whole-lists.ts";
import { defineCheck, type Observation, type Skip } from "../check.ts";
import { networksMissing, skip } from "../skip.ts";

export const leakedEndpointOrVeth = defineCheck({
  id: "leaked-endpoint-or-veth",
  severity: "warning",
  sureness: "strong",
  category: "drift",
  title: "An endpoint or a veth that no container uses any more",
  why: "It keeps an address, a name or a MAC address busy: starting the container again fails with `endpoint with name … already exists`, and networks cannot be removed.",
  fix: "Disconnect the stale endpoint by force, delete the stale veth; restarting Docker clears what is left.",
  sources: [
    "https://github.com/moby/moby/issues/33156",
    "https://github.com/docker/for-linux/issues/109",
    "https://github.com/moby/libnetwork/issues/1850",
    "moby daemon/network.go buildContainerAttachments: an endpoint without a sandbox is listed as ep-ID (v28.5.2)",
  ],
  needs: ["docker-network-inspect", "ip-addr"],
  needsBridges: true,
  *run({ host }) {
    yield* staleEndpoints(host);
    yield* unusedPairs(host);
    yield* portsOfNobody(host);
  },
});

function* staleEndpoints(host: Host): Iterable<Observation> {
  for (const { name: network, specialEndpoints } of host.networks) {
    for (const { key, name, ipv4, sources } of specialEndpoints) {
      if (!key.startsWith("ep-")) continue;
      const shown = name === "" ? key : name;
      yield {
        subject: { kind: "network", name: network },
        sureness: "strong",
        message: `Network ${network} holds the endpoint ${shown}${ipv4 === null ? "" : ` (${formatAddress(ipv4)})`}, but no container is behind it.`,
        evidence: sources,
        fix: {
          text: "Disconnect it by force.",
          commands: [sh`docker network disconnect --force ${network} ${shown}`],
          cutsTraffic: false,
        },
      };
    }
  }
}

/** Pairs with both ends on the host where neither end is a port or has an address: half-made or left by a failed start. */
function* unusedPairs(host: Host): Iterable<Observation> {
  const links = hostInterfaces(host);
  const ports = new Set(host.bridges.flatMap((bridge) => bridge.ports));
  for (const link of links.values()) {
    const other = link.peer?.kind === "name" ? links.get(link.peer.name) : undefined;
    if (other === undefined || other.peer?.kind !== "name" || other.peer.name !== link.name) continue;
    if (link.index > other.index || (link.index === other.index && link.name > other.name)) continue;
    if (![link, other].some(({ name, kind }) => kind === "veth" || name.startsWith("veth"))) continue;
    if ([link, other].some((end) => isUsed(end, ports))) continue;
    yield {
      subject: { kind: "interface", name: link.name },
      sureness: isDockerVeth(link.name) || isDockerVeth(other.name) ? "strong" : "hint",
      message: `${link.name} and ${other.name} are the two ends of one veth pair, both on the host, on no bridge and without an address: left over, unless somebody is just making them.`,
      evidence: [...link.sources, ...other.sources],
      fix: { text: "Delete the pair.", commands: [sh`sudo ip link del dev ${link.name}`], cutsTraffic: false },
    };
  }
}

const isUsed = ({ name, master, addresses }: Interface, ports: ReadonlySet<string>): boolean =>
  master !== null || ports.has(name) || addresses.some(({ scope }) => scope !== "link");

/** Ports with one of Docker's names that are left when each endpoint of the network has its own; on an unused network that is every one. */
function* portsOfNobody(host: Host): Iterable<Observation | Skip> {
  const links = hostInterfaces(host);
  const pairings = new Map(host.pairings.map((pairing) => [pairing.interface, pairing]));
  for (const { name, network, bridge, endpoints } of dockerBridges(host)) {
    const ports = bridge?.ports ?? [];
    const found = ports.flatMap((port) => {
      const pairing = pairings.get(port);
      return pairing?.kind === "paired" && pairing.networkId === network.id ? [pairing.container] : [];
    });
    const paired = new Set(found);
    const veths = ports.filter(isDockerVeth);
    if (network.specialEndpoints.length > 0 || veths.length <= endpoints.length) continue;
    if (!endpoints.every(({ container }) => paired.has(container.name))) {
      yield skip(`which of the ports of ${name} belong to its containers is not known`, "sudo sh collect.sh");
      continue;
    }
    if (!listsAllNetworks(host) || !isWhole(host, ["ip-addr", "brctl-show"])) {
      yield networksMissing;
      continue;
    }
    for (const port of ports) {
      const link = links.get(port);
      if (link === undefined || !isDockerVeth(port) || pairings.get(port)?.kind === "paired") continue;
      yield {
        subject: { kind: "interface", name: port },
        message: `${port} is a container's port on ${name}, but ${endpoints.length === 0 ? `network ${network.name} has no containers` : `${endpoints.length === 1 ? "the one container" : `each of the ${endpoints.length} containers`} on network ${network.name} has another one`}.`,
        evidence: [...link.sources, ...network.sources],
        fix: {
          text: "Unless a container was starting or stopping just then, delete it.",
          commands: [sh`sudo ip link del dev ${port}`],
          cutsTraffic: true,
        },
      };
    }
  }
}
