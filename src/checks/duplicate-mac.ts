import type { Source } from "../lib/source.ts";
import type { Host, Network } from "../model/host.ts";
import { grouped } from "./addresses/grouped.ts";
import { defineCheck, type Observation } from "./check.ts";
import { appnet, appnetAddresses } from "./examples/appnet.ts";
import { replaced } from "./examples/edit.ts";
import { alsoListed, endpoint, network } from "./examples/networks.ts";
import { some } from "./expected/words.ts";
import { bridgesAreElsewhere, endpointsByNetwork } from "./links/docker-bridges.ts";
import { hostInterfaces } from "./links/whole-lists.ts";
import { sh } from "./shell-word.ts";
import { elsewhere } from "./skip.ts";

const pinned = "02:42:ac:12:00:07";
const other = (mac: string) =>
  network(
    "jobs",
    "7d1c0e5a2b34",
    "bridge",
    "172.19.0.0/16",
    "172.19.0.1",
    `"Containers": { ${endpoint("4d41a2c1cbb7", "worker", mac, "172.19.0.2/16")} }`,
  );

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
  wants: [["ip-addr", "ip-link"]],
  examples: {
    bad: [
      {
        name: "both endpoints of one network",
        captures: { "docker-network-inspect": replaced(appnet, "26:bd:d5:61:e3:ce", "06:55:74:07:97:a2") },
      },
      {
        name: "a container with the MAC address of its own bridge",
        captures: {
          "docker-network-inspect": appnet,
          "ip-addr":
            "4: br-28feb3a9f564: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 0\n    link/ether 06:55:74:07:97:a2 brd ff:ff:ff:ff:ff:ff\n    inet 172.18.0.1/16 scope global br-28feb3a9f564\n",
        },
      },
      {
        name: "the same in two networks that are two links: only worth knowing",
        captures: { "docker-network-inspect": alsoListed(appnet.replace("06:55:74:07:97:a2", pinned), other(pinned)) },
      },
    ],
    good: [
      {
        name: "all different",
        captures: { "docker-network-inspect": appnet, "ip-addr": appnetAddresses },
      },
      {
        name: "endpoints of ipvlan have their parent's address, or none",
        captures: {
          "docker-network-inspect": alsoListed(
            appnet,
            network(
              "l2",
              "7d1c0e5a2b34",
              "ipvlan",
              "10.9.0.0/24",
              "10.9.0.1",
              `"Options": { "parent": "eth0" }, "Containers": { ${endpoint("4d41a2c1cbb7", "a", pinned, "10.9.0.2/24")}, ${endpoint("5d41a2c1cbb7", "b", pinned, "10.9.0.3/24")} }`,
            ),
          ),
        },
      },
    ],
  },
  *run({ host }) {
    if (bridgesAreElsewhere(host)) yield elsewhere;
    for (const [mac, sharing] of grouped(owners(host), (owner) => owner.mac)) {
      if (sharing.length < 2) continue;
      const byLink = grouped(sharing, ({ link }) => link);
      for (const here of byLink.values()) if (here.length > 1) yield onOneLink(mac, here);
      const apart = [...byLink.values()].flatMap((here) => here.slice(0, 1)).filter(({ isBridge }) => !isBridge);
      if (apart.length > 1) yield acrossLinks(mac, apart);
    }
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
