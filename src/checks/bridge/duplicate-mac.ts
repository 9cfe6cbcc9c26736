import { sh } from "../../lib/command.ts";
import { groupBy } from "../../lib/group-by.ts";
import type { Source } from "../../lib/source.ts";
import type { Host, Network } from "../../model/host.ts";
import {
  bridgesAreElsewhere,
  dockerBridges,
  endpointsByNetwork,
  leadsElsewhere,
} from "../../model/queries/docker-bridges.ts";
import { hostInterfaces } from "../../model/queries/whole-lists.ts";
import { defineCheck, type Observation, type Skip } from "../check.ts";
import { elsewhere, skip } from "../skip.ts";
import { grouped } from "../subnets/grouped.ts";
import { some } from "../words.ts";

export const duplicateMac = defineCheck({
  id: "duplicate-mac",
  severity: "error",
  sureness: "proven",
  category: "bridge",
  title: "Two containers of one network have the same MAC address",
  why: "The bridge sends both containers' frames to whichever spoke last: connections stall and break at random.",
  fix: "Remove the pinned `mac_address` and create both containers again. Engines up to 27 derive addresses from the IPv4 address, so that a pinned one collides sooner or later; from 28 on they are random.",
  sources: [
    "https://github.com/moby/moby/issues/48595",
    "https://github.com/moby/moby/issues/22174",
    "https://github.com/docker/for-linux/issues/798",
    "https://github.com/portainer/portainer/issues/1645",
  ],
  needs: ["docker-network-inspect"],
  wants: [["ip-addr", "ip-link"], "bridge-fdb"],
  *run({ host }) {
    if (bridgesAreElsewhere(host)) yield elsewhere;
    for (const [mac, sharing] of grouped(owners(host), (owner) => owner.mac)) {
      if (sharing.length < 2) continue;
      const byLink = grouped(sharing, ({ link }) => link);
      for (const here of byLink.values()) if (here.length > 1) yield onOneLink(mac, here);
      const apart = [...byLink.values()].flatMap((here) => here.slice(0, 1)).filter(({ isBridge }) => !isBridge);
      if (apart.length > 1) yield acrossLinks(mac, apart);
    }
    yield* learnedElsewhere(host);
  },
});

interface Owner {
  readonly mac: string;
  /** What tells links apart: the network, or the parent that macvlan networks share. */
  readonly link: string;
  readonly name: string;
  readonly isBridge: boolean;
  readonly network: Network;
  readonly sources: readonly Source[];
}

/** Everybody with a MAC address on a network: its containers, and its bridge as their gateway. */
function* owners(host: Host): Iterable<Owner> {
  const links = bridgesAreElsewhere(host) ? new Map<string, never>() : hostInterfaces(host);
  const attached = endpointsByNetwork(host);
  for (const network of host.networks) {
    if (!network.inspected || network.driver === "ipvlan") continue;
    const link = network.parent === null ? `network ${network.id}` : `parent ${network.parent}`;
    const bridge = network.bridge === null ? undefined : links.get(network.bridge);
    if (bridge?.mac != null && !isEmpty(bridge.mac))
      yield { mac: bridge.mac, link, name: bridge.name, isBridge: true, network, sources: bridge.sources };
    for (const { container, endpoint } of attached.get(network.id) ?? []) {
      if (endpoint.mac === null || isEmpty(endpoint.mac)) continue;
      yield {
        mac: endpoint.mac.toLowerCase(),
        link,
        name: container.name,
        isBridge: false,
        network,
        sources: endpoint.sources,
      };
    }
  }
}

const isEmpty = (mac: string): boolean => mac === "" || /^[0:]*$/.test(mac);

function onOneLink(mac: string, here: readonly Owner[]): Observation {
  const [first] = here;
  const again = here.filter(({ isBridge }) => !isBridge).slice(1);
  const networks = [...new Set(here.map(({ network }) => network.name))];
  return {
    subject: { kind: "network", name: first?.network.name ?? "" },
    message: `${some(here.map(({ name }) => name))} on ${networks.length === 1 ? "network" : "networks"} ${some(networks)} have the same MAC address ${mac}.`,
    evidence: here.flatMap(({ sources }) => sources).slice(0, 12),
    fix: {
      text: "Remove `mac_address` (or --mac-address) from them, then create them again; connecting one anew gives it another address where none is pinned.",
      commands: again.flatMap(({ name, network }) => [
        sh`docker network disconnect ${network.name} ${name}`,
        sh`docker network connect ${network.name} ${name}`,
      ]),
      cutsTraffic: true,
    },
  };
}

function acrossLinks(mac: string, apart: readonly Owner[]): Observation {
  const names = [...new Set(apart.map(({ name }) => name))];
  return {
    subject: { kind: "network", name: apart[0]?.network.name ?? "" },
    severity: "info",
    message: `${mac} is the MAC address of ${some(apart.map(({ name, network }) => `${name} on ${network.name}`))}: harmless as long as these networks stay apart${names.length === 1 ? ", and pinned for the container" : ""}.`,
    evidence: apart.flatMap(({ sources }) => sources).slice(0, 12),
  };
}

/**
 * The bridge keeps one port for each address (net/bridge/br_fdb.c br_fdb_update): where it is not the container's, somebody
 * else sends with that address, and gets the container's frames.
 */
function* learnedElsewhere(host: Host): Iterable<Observation | Skip> {
  const forwarding = host.own.forwarding;
  if (!forwarding.known) return;
  const links = hostInterfaces(host);
  const paired = new Map(host.pairings.flatMap((one) => (one.kind === "paired" ? [[one.interface, one]] : [])));
  const byBridge = groupBy(forwarding.value, ({ master }) => master);
  for (const { network, name: bridge, endpoints } of dockerBridges(host)) {
    const macs = new Map(endpoints.map((one) => [one.endpoint.mac?.toLowerCase() ?? "", one]));
    for (const { mac, device, flags, sources } of byBridge.get(bridge) ?? []) {
      const at = macs.get(mac);
      const port = links.get(device);
      if (at === undefined || port?.master !== bridge || flags.includes("permanent")) continue;
      const behind = paired.get(device);
      if (behind?.container === at.container.name && behind.method !== "forwarding-database") continue;
      if (behind?.method === "forwarding-database" || (behind === undefined && !leadsElsewhere(device, port))) {
        yield skip(`who is behind ${device} is not known but from the forwarding database`, "sudo sh collect.sh");
        continue;
      }
      yield {
        subject: { kind: "network", name: network.name },
        ...(behind?.certainty === "strong" ? { sureness: "strong" } : {}),
        message: `${mac} is ${at.container.name}'s on network ${network.name}, but ${bridge} learned it on ${device}${behind === undefined ? "" : `, the port of ${behind.container}`}: somebody there sends with the same MAC address, and gets ${at.container.name}'s frames.`,
        evidence: [...sources, ...at.endpoint.sources, ...port.sources],
        fix: {
          text: `Find out what uses ${mac} behind ${device}, and give one of the two another address.`,
          commands: [sh`sudo bridge fdb show br ${bridge}`],
          cutsTraffic: false,
        },
      };
    }
  }
}
