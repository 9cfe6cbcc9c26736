import { sh } from "../../lib/command.ts";
import type { Host, Interface, Network, Pairing } from "../../model/host.ts";
import { type DockerBridge, dockerBridges } from "../../model/queries/docker-bridges.ts";
import { isDockerVeth } from "../../model/queries/docker-names.ts";
import { hostInterfaces } from "../../model/queries/whole-lists.ts";
import { defineCheck, type Observation } from "../check.ts";
import { some } from "../words.ts";

export const containerPortDetached = defineCheck({
  id: "container-port-detached",
  severity: "error",
  sureness: "proven",
  category: "bridge",
  title: "A container's port is off its bridge, or the bridge is down",
  why: "The container looks healthy from the inside, but nothing reaches it and nothing it sends arrives.",
  fix: "Put the port back on its bridge (`ip link set VETH master BRIDGE up`), then keep NetworkManager and systemd-networkd away from veth* and br-*.",
  sources: [
    "https://docs.docker.com/engine/daemon/troubleshoot/#networking-issues",
    "https://github.com/mniedermaier/CybICS/issues/224",
    "https://github.com/moby/moby/issues/49705",
    "Linux net/bridge/br_if.c br_port_carrier_check, br_stp_if.c (a port without carrier is disabled)",
  ],
  needs: ["docker-network-inspect", "ip-addr"],
  wants: [["bridge-link", "ip-link"]],
  needsBridges: true,
  *run({ host }) {
    const bridges = dockerBridges(host);
    yield* detachedVeths(host, bridges);
    const links = hostInterfaces(host);
    const pairings = new Map(host.pairings.map((pairing) => [pairing.interface, pairing]));
    for (const at of bridges) {
      const { link, endpoints, name, network } = at;
      if (link === null || endpoints.length === 0) continue;
      if (!link.up) {
        yield {
          subject: { kind: "bridge", name },
          message: `${name} is down: ${some(endpoints.map(({ container }) => container.name))} on network ${network.name} ${endpoints.length === 1 ? "is" : "are"} cut off.`,
          evidence: [...link.sources, ...network.sources],
          fix: { text: "Set the bridge up.", commands: [sh`sudo ip link set dev ${name} up`], cutsTraffic: false },
        };
        continue;
      }
      for (const port of at.bridge?.ports ?? []) yield* deadPort(at, links.get(port), pairings.get(port));
    }
  },
});

/** Veths with a container behind them and no bridge in front: the engine puts each on one before it moves the other end away. */
function* detachedVeths(host: Host, bridges: readonly DockerBridge[]): Iterable<Observation> {
  const links = [...hostInterfaces(host).values()];
  // Where no interface shows a master, `ip` may be one that prints none; then brctl has to tell.
  const showsMasters = links.some(({ master }) => master !== null);
  if (!showsMasters && !host.captures.some(({ kind, state }) => kind === "brctl-show" && state === "ok")) return;
  const onBridge = new Set(showsMasters ? [] : host.bridges.flatMap(({ ports }) => ports));
  const networks = new Map(bridges.map((at) => [at.network.id, at]));
  const pairings = new Map(host.pairings.map((pairing) => [pairing.interface, pairing]));
  for (const link of links) {
    if (!isDockerVeth(link.name) || link.netnsId === null || link.peer?.kind !== "index") continue;
    if (link.master !== null || onBridge.has(link.name)) continue;
    const pairing = pairings.get(link.name);
    const owner = pairing?.kind === "paired" ? pairing : null;
    const at = owner?.networkId == null ? lacking(bridges) : networks.get(owner.networkId);
    const maybe = pairing?.kind === "candidates" ? ` (it may be ${some(pairing.containers)}'s)` : "";
    yield {
      subject: { kind: "interface", name: link.name },
      message: `${link.name} is on no bridge${owner === null ? `, though it leads into a container${maybe}` : `: ${owner.container} is cut off from ${at?.network.name ?? "its network"}`}.`,
      evidence: [...link.sources, ...(pairing?.sources ?? [])],
      fix: {
        text: at === undefined ? "Put it back on the bridge of its container's network." : `Put it back on ${at.name}.`,
        commands: at === undefined ? [] : [sh`sudo ip link set dev ${link.name} master ${at.name} up`],
        cutsTraffic: false,
      },
    };
  }
}

/** The only bridge with fewer ports than endpoints, where there is just one. */
function lacking(bridges: readonly DockerBridge[]): DockerBridge | undefined {
  const found = bridges.filter(({ bridge, endpoints }) => bridge !== null && bridge.ports.length < endpoints.length);
  return found.length === 1 ? found[0] : undefined;
}

/** A port that is on its bridge and yet passes nothing: it is down, its other end is, or the bridge disabled it. */
function* deadPort(
  { name, network }: DockerBridge,
  link: Interface | undefined,
  pairing: Pairing | undefined,
): Iterable<Observation> {
  if (link === undefined || !isDockerVeth(link.name)) return;
  const disabled = link.port?.state === "disabled";
  if (link.up && link.carrier && !disabled) return;
  const who = pairing?.kind === "paired" ? `: ${pairing.container} is cut off from ${network.name}` : "";
  const what = !link.up
    ? "is down"
    : disabled && link.carrier
      ? "is disabled"
      : "has no carrier, so its other end inside the container is down";
  yield {
    subject: { kind: "interface", name: link.name },
    message: `${link.name}, a port of ${name}, ${what}${who}.`,
    evidence: [...link.sources, ...(pairing?.sources ?? [])],
    fix: fixOf(link, pairing?.kind === "paired" ? pairing.container : null, network),
  };
}

function fixOf(link: Interface, container: string | null, network: Network): NonNullable<Observation["fix"]> {
  if (!link.up || link.carrier) {
    return { text: "Set the port up.", commands: [sh`sudo ip link set dev ${link.name} up`], cutsTraffic: false };
  }
  return {
    text: "Set the container's interface up from its inside, or connect it anew.",
    commands:
      container === null
        ? []
        : [
            sh`docker network disconnect ${network.name} ${container}`,
            sh`docker network connect ${network.name} ${container}`,
          ],
    cutsTraffic: true,
  };
}
