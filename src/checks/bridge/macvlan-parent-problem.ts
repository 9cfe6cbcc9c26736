import { formatAddress } from "../../lib/address.ts";
import { sh } from "../../lib/command.ts";
import type { Interface, Network } from "../../model/host.ts";
import { hostWord } from "../../model/namespace-id.ts";
import { pingAt } from "../../trace/question.ts";
import { type CheckContext, defineCheck, type Observation } from "../check.ts";
import { firewallIsKnown } from "../probes/exposure.ts";
import { some } from "../words.ts";

export const macvlanParentProblem = defineCheck({
  id: "macvlan-parent-problem",
  severity: "error",
  sureness: "proven",
  category: "bridge",
  title: "The parent interface of a macvlan or ipvlan network cannot carry it",
  why: "Containers on such a network are on their parent's link directly: without the parent, or without its carrier, they reach nobody. The host itself and its own macvlan containers never hear each other: the kernel does not hand frames from the parent to its children.",
  fix: "Bring the parent up, or create the network anew with another. For the host's access make a macvlan interface of its own on the same parent and route the containers' addresses to it.",
  sources: [
    "https://docs.docker.com/engine/network/drivers/macvlan/",
    "https://github.com/moby/moby/issues/21735",
    "https://github.com/moby/moby/issues/49630",
    "moby libnetwork/drivers/macvlan/macvlan_setup.go",
  ],
  needs: ["docker-network-inspect", "ip-addr"],
  *run(context) {
    const { own } = context.host;
    if (!own.interfaces.known) return;
    const byName = new Map(
      own.interfaces.value.flatMap((each) => [each.name, ...each.altNames].map((name) => [name, each] as const)),
    );
    for (const network of context.host.networks) {
      if ((network.driver !== "macvlan" && network.driver !== "ipvlan") || !network.inspected || network.configOnly)
        continue;
      yield* judge(context, network, network.parent === null ? null : (byName.get(network.parent) ?? null));
    }
    yield* shared(context);
  },
});

function* judge(context: CheckContext, network: Network, parent: Interface | null): Iterable<Observation> {
  const names = containersOn(context, network);
  const about = { subject: { kind: "network", name: network.name } as const };
  const who = names.length === 0 ? "containers on it" : some(names);
  const evidence = [...network.sources, ...(parent?.sources.slice(0, 1) ?? [])];
  const recreate = `Create ${network.name} anew with -o parent= and an interface of this host.`;
  if (network.parent === null || isDummy(network)) {
    if (network.internal) return;
    yield {
      ...about,
      message: `${network.name} has no parent interface: Docker makes a dummy for it, and ${who} can reach only each other.`,
      evidence,
      severity: "warning",
      fix: { text: recreate, commands: [sh`ip -brief link`], cutsTraffic: false },
    };
    return;
  }
  if (parent === null) {
    yield {
      ...about,
      message: `${network.name} has ${network.parent} as its parent, which this host does not have: ${who} cannot reach anybody.`,
      evidence,
      fix: {
        text: `Make ${network.parent} again, or: ${recreate.toLowerCase()}`,
        commands: [sh`ip -brief link`],
        cutsTraffic: false,
      },
    };
    return;
  }
  if (!parent.up || !parent.carrier) {
    yield {
      ...about,
      message: `The parent ${parent.name} of ${network.name} ${parent.up ? "has no carrier" : "is down"}: ${who} cannot reach anybody outside.`,
      evidence,
      severity: names.length > 0 ? "error" : "warning",
      fix: { text: "Bring the parent up.", commands: [sh`sudo ip link set dev ${parent.name} up`], cutsTraffic: false },
    };
  }
  const bridge = context.host.bridges.find(({ name, owner }) => name === parent.master && owner === "docker");
  if (bridge !== undefined) {
    yield {
      ...about,
      message: `The parent ${parent.name} of ${network.name} is itself a port of Docker's bridge ${bridge.name}: its frames go to the bridge, not to ${who}.`,
      evidence: [...evidence, ...bridge.sources.slice(0, 1)],
      severity: "warning",
      fix: { text: recreate, commands: [], cutsTraffic: false },
    };
  }
  if (network.driver === "macvlan" && parent.name.startsWith("wl")) {
    yield {
      ...about,
      message: `The parent ${parent.name} of ${network.name} is a Wi-Fi interface: access points take frames only from the address that it registered, and drop those of ${who}.`,
      evidence,
      severity: "warning",
      sureness: "strong",
      fix: {
        text: "Use ipvlan, which sends with the parent's own address, or a wired parent.",
        commands: [],
        cutsTraffic: false,
      },
    };
  }
  if (firewallIsKnown(context.host)) yield* unheardByHost(context, network, parent, evidence);
}

/** Names that the driver gives to the parents it makes itself: `dm-` and `di-` with the network's id (getDummyName). */
const isDummy = ({ parent, id }: Network): boolean =>
  parent === `dm-${id.slice(0, 12)}` || parent === `di-${id.slice(0, 12)}`;

const containersOn = ({ host }: CheckContext, { id }: Network): readonly string[] =>
  host.containers.flatMap(({ name, endpoints }) => (endpoints.some(({ networkId }) => networkId === id) ? [name] : []));

/** No fault, but what people wonder about first. */
function* unheardByHost(
  { host, ask }: CheckContext,
  network: Network,
  parent: Interface,
  evidence: Observation["evidence"],
): Iterable<Observation> {
  for (const { name, endpoints } of host.containers) {
    const endpoint = endpoints.find(({ networkId }) => networkId === network.id);
    if (endpoint?.ipv4 == null) continue;
    const own = formatAddress(endpoint.ipv4.address);
    const answer = ask({ from: hostWord, to: pingAt(endpoint.ipv4.address) });
    if (answer?.verdict !== "unroutable") return;
    yield {
      subject: { kind: "network", name: network.name },
      message: `The host and its containers on ${network.name} do not hear each other (${name}, ${own}), and no rule of Docker's applies there: they are on the link of ${parent.name} themselves.`,
      evidence: [...evidence, ...endpoint.sources.slice(0, 1)],
      severity: "info",
      fix: {
        text: "Where the host needs to reach them, give it an interface of the same kind (with a free address of the LAN for 192.0.2.250).",
        commands: [
          sh`sudo ip link add vethscope0 link ${parent.name} type ${network.driver} mode ${network.driver === "macvlan" ? "bridge" : "l2"}`,
          sh`sudo ip addr add 192.0.2.250/32 dev vethscope0`,
          sh`sudo ip link set vethscope0 up`,
          sh`sudo ip route add ${own}/32 dev vethscope0`,
        ],
        cutsTraffic: false,
      },
    };
    return;
  }
}

/** One interface is parent of either macvlan or ipvlan, never of both (drivers/net/macvlan.c, ipvlan_main.c: the receive handler). */
function* shared({ host }: CheckContext): Iterable<Observation> {
  for (const ipvlan of host.networks.filter(({ driver, parent }) => driver === "ipvlan" && parent !== null)) {
    const macvlan = host.networks.find(({ driver, parent }) => driver === "macvlan" && parent === ipvlan.parent);
    if (macvlan === undefined) continue;
    yield {
      subject: { kind: "network", name: ipvlan.name },
      message: `${macvlan.name} (macvlan) and ${ipvlan.name} (ipvlan) share the parent ${ipvlan.parent}: the kernel lets only one kind be on it, so containers on the other fail to start.`,
      evidence: [...macvlan.sources, ...ipvlan.sources],
      fix: { text: `Put one of them on a VLAN interface of its own.`, commands: [], cutsTraffic: false },
    };
  }
}
