import { sh } from "../../lib/command.ts";
import { type DockerBridge, dockerBridges, exists } from "../../model/queries/docker-bridges.ts";
import { isDockerVeth } from "../../model/queries/docker-names.ts";
import { hostInterfaces } from "../../model/queries/whole-lists.ts";
import { defineCheck } from "../check.ts";
import { count, some } from "../words.ts";

export const endpointPortCountMismatch = defineCheck({
  id: "endpoint-port-count-mismatch",
  severity: "warning",
  sureness: "strong",
  category: "drift",
  title: "A bridge has not as many ports as its network has endpoints",
  why: "A container without a port has no network at all, whatever Docker says; a port without a container is left over and may keep an address busy.",
  fix: "Disconnect the container from the network and connect it again, or restart it.",
  sources: [
    "https://github.com/docker/for-linux/issues/109",
    "https://github.com/moby/libnetwork/issues/1850",
    "moby libnetwork/drivers/bridge/bridge_linux.go CreateEndpoint: one veth for each endpoint (v28.5.2)",
  ],
  needs: ["docker-network-inspect", "ip-addr", "brctl-show"],
  needsBridges: true,
  needsWhole: ["brctl-show", "ip-addr", "docker-network-inspect"],
  *run({ host }) {
    const links = hostInterfaces(host);
    const loose = [...links.values()].filter(
      ({ name, master, netnsId }) => isDockerVeth(name) && netnsId !== null && master === null,
    );
    for (const at of dockerBridges(host)) {
      if (!exists(at) || at.link === null) continue;
      const { name, network, endpoints } = at;
      const ports = at.bridge?.ports ?? [];
      const veths = ports.filter(isDockerVeth);
      const expected = endpoints.length + swarmsOwn(at);
      if (veths.length <= expected && ports.length >= expected) continue;
      const fewer = ports.length < expected;
      const without = fewer ? withoutPort(at, host.pairings) : [];
      yield {
        subject: { kind: "network", name: network.name },
        // Captures that disagree on the bridge were taken while something changed.
        ...(host.contradictions.some(({ subject }) => subject === name) ? { sureness: "hint" as const } : {}),
        message: fewer
          ? `Network ${network.name} has ${count(expected, "endpoint")}, but ${name} only ${count(ports.length, "port")}${without.length === 0 ? "" : `: ${some(without)} ${without.length === 1 ? "has" : "have"} none`}.`
          : `${name} has ${count(veths.length, "container port")} (${some(veths)}), but network ${network.name} only ${count(expected, "endpoint")}.`,
        evidence: [
          ...(at.bridge?.sources ?? []),
          ...network.sources,
          ...endpoints.flatMap(({ endpoint }) => endpoint.sources.slice(0, 1)).slice(0, 8),
        ],
        fix: {
          text: fewer
            ? "Connect the containers that have no port again."
            : "Find the containers that are gone and delete their ports, or restart Docker.",
          commands: fewer
            ? without.flatMap((container) => [
                sh`docker network disconnect -f ${network.name} ${container}`,
                sh`docker network connect ${network.name} ${container}`,
              ])
            : [],
          cutsTraffic: fewer,
        },
        causedBy: [
          ...[...loose.map((each) => each.name), ...(fewer ? [] : veths)].slice(0, 50).flatMap((veth) =>
            (fewer ? ["container-port-detached"] : ["leaked-endpoint-or-veth"]).map((check) => ({
              check,
              subject: { kind: "interface" as const, name: veth },
            })),
          ),
          { check: "leaked-endpoint-or-veth", subject: { kind: "network", name: network.name } },
        ],
      };
    }
  },
});

/** Endpoints of swarm's own sandboxes, which have ports like containers'; a stale one (`ep-…`) has none. */
const swarmsOwn = ({ network }: DockerBridge): number =>
  network.specialEndpoints.filter(({ key }) => !key.startsWith("ep-")).length;

/** The containers that no port was paired with, when every port of the bridge was paired. */
function withoutPort(
  { network, endpoints, bridge }: DockerBridge,
  pairings: readonly {
    readonly kind: string;
    readonly interface: string;
    readonly container?: string;
    readonly networkId?: string | null;
  }[],
): readonly string[] {
  const ports = new Set(bridge?.ports ?? []);
  const here = pairings.filter((pairing) => ports.has(pairing.interface));
  if (here.length < ports.size || here.some(({ kind }) => kind !== "paired")) return [];
  const paired = new Set(here.filter(({ networkId }) => networkId === network.id).map(({ container }) => container));
  return endpoints.map(({ container }) => container.name).filter((name) => !paired.has(name));
}
