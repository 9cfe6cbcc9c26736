import { formatAddress } from "../../lib/address.ts";
import { sh } from "../../lib/command.ts";
import type { Host, Interface } from "../../model/host.ts";
import { dockerBridges } from "../../model/queries/docker-bridges.ts";
import { isDockerVeth } from "../../model/queries/docker-names.ts";
import { hostInterfaces, isWhole, listsAllNetworks } from "../../model/queries/whole-lists.ts";
import { defineCheck, type Observation, type Skip } from "../check.ts";
import { appnet, appnetAddresses } from "../examples/appnet.ts";
import { appnetBrctl, appnetWhole } from "../examples/appnet-links.ts";
import { replaced } from "../examples/edit.ts";
import { alsoListed, endpoint, network } from "../examples/networks.ts";
import { networksMissing, skip } from "../skip.ts";

const pair = `10: vethdead02@vethdead01: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN group default qlen 1000
    link/ether a2:da:cf:dc:e7:8a brd ff:ff:ff:ff:ff:ff
11: vethdead01@vethdead02: <NO-CARRIER,BROADCAST,MULTICAST,UP,M-DOWN> mtu 1500 qdisc noqueue state LOWERLAYERDOWN group default qlen 1000
    link/ether 9e:ef:29:2e:73:72 brd ff:ff:ff:ff:ff:ff
`;
const onDocker0 = `12: veth0a1b2c3@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master docker0 state UP group default qlen 0
    link/ether 0e:c5:12:53:37:13 brd ff:ff:ff:ff:ff:ff link-netnsid 5
`;
const inside = (
  peer: number,
  mac: string,
  address: string,
) => `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
2: eth0@if${peer}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    link/ether ${mac} brd ff:ff:ff:ff:ff:ff link-netnsid 0
    inet ${address}/16 brd 172.18.255.255 scope global eth0
`;
const stale = endpoint("ep-0f2cf5fcb5a1a4b1", "old_web", "02:42:ac:12:00:09", "172.18.0.9/16");
const sandbox = endpoint("ingress-sbox", "gateway_ingress-sbox", "02:42:ac:14:00:02", "172.20.0.2/16");

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
  examples: {
    bad: [
      {
        name: "Docker itself lists an endpoint without a container",
        captures: {
          "docker-network-inspect": replaced(appnet, '"Containers": {\n', `"Containers": {\n${stale},\n`),
          "ip-addr": appnetAddresses,
        },
      },
      {
        name: "both ends of a veth pair are on the host, and nobody uses them",
        captures: { "docker-network-inspect": appnet, "ip-addr": appnetAddresses + pair },
      },
      {
        name: "a container's port on the bridge of a network without containers",
        captures: {
          "docker-network-inspect": appnetWhole,
          "ip-addr": appnetAddresses + onDocker0,
          "brctl-show": `${appnetBrctl.trimEnd()}\tveth0a1b2c3\n`,
        },
        alsoFinds: ["endpoint-port-count-mismatch"],
      },
      {
        name: "both containers have their ports, which their insides name; a third port is nobody's",
        captures: {
          "docker-network-inspect": appnetWhole,
          "ip-addr": appnetAddresses + onDocker0.replace("master docker0", "master br-28feb3a9f564"),
        },
        netns: {
          web: { "ip-addr": inside(5, "06:55:74:07:97:a2", "172.18.0.2") },
          api: { "ip-addr": inside(6, "26:bd:d5:61:e3:ce", "172.18.0.3") },
        },
      },
    ],
    good: [
      {
        name: "every veth has its container",
        captures: { "docker-network-inspect": appnetWhole, "ip-addr": appnetAddresses },
      },
      {
        name: "a veth pair that joins two bridges, or has addresses, is somebody's",
        captures: {
          "docker-network-inspect": appnet,
          "ip-addr":
            appnetAddresses +
            pair.replace(
              "a2:da:cf:dc:e7:8a brd ff:ff:ff:ff:ff:ff\n",
              "a2:da:cf:dc:e7:8a brd ff:ff:ff:ff:ff:ff\n    inet 10.99.0.1/30 scope global vethdead02\n",
            ),
        },
      },
      {
        name: "a VLAN shows the interface below it in the same way",
        captures: {
          "docker-network-inspect": appnet,
          "ip-addr": `${appnetAddresses}9: eth0.10@eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default\n    link/ether 66:a6:e2:43:89:7f brd ff:ff:ff:ff:ff:ff\n`,
        },
      },
      {
        name: "swarm's ingress sandbox is an endpoint without a container, and rightly so",
        captures: {
          "docker-network-inspect": alsoListed(
            appnetWhole,
            network(
              "docker_gwbridge",
              "5b7d0a2c9e41",
              "bridge",
              "172.20.0.0/16",
              "172.20.0.1",
              `"Containers": { ${sandbox} }`,
            ),
          ),
          "ip-addr": `${appnetAddresses}8: docker_gwbridge: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    link/ether 02:42:1b:d7:29:5b brd ff:ff:ff:ff:ff:ff
    inet 172.20.0.1/16 brd 172.20.255.255 scope global docker_gwbridge
${onDocker0.replace("master docker0", "master docker_gwbridge")}`,
        },
      },
    ],
  },
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
