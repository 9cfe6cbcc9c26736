import { representativeOutside } from "../../dataplane/outside-candidates.ts";
import { uplinksOf } from "../../dataplane/uplinks.ts";
import { formatPrefix, formatPrefixedAddress, overlap, prefixAround } from "../../lib/address.ts";
import { sh } from "../../lib/command.ts";
import type { Source } from "../../lib/source.ts";
import type { Port } from "../../model/queries/services.ts";
import { isOnHost } from "../../trace/packet-state.ts";
import { targetAt } from "../../trace/question.ts";
import { type CheckContext, defineCheck, type Observation, type Skip } from "../check.ts";
import { askChains } from "../probes/ask-chains.ts";
import { decidingLines } from "../probes/exposure.ts";
import { ingressCutOff } from "../probes/ingress.ts";
import { skip, skipWithout } from "../skip.ts";
import { hostSubject, rulesNeed, some } from "../words.ts";

/** What nodes of a swarm say to each other (docs: overlay networks, open protocols and ports). */
const dataPorts: readonly Port[] = [
  { protocol: "tcp", port: 7946 },
  { protocol: "udp", port: 7946 },
  { protocol: "udp", port: 4789 },
];
/** On managers alone: where dockerd listens on it. */
const managerPort: Port = { protocol: "tcp", port: 2377 };

export const swarmDataplaneProblem = defineCheck({
  id: "swarm-dataplane-problem",
  severity: "error",
  sureness: "strong",
  category: "connectivity",
  title: "Swarm's overlay networks cannot carry packets on this node",
  why: "Services are placed and look healthy, but their tasks do not reach each other across nodes, or a published port answers on some nodes only.",
  fix: "Open 7946 tcp and udp, 4789 udp (or the data path port) and on managers 2377 tcp between the nodes; keep overlay subnets apart from those of hosts and bridges; make docker_gwbridge or ingress anew where they are missing or overlap.",
  sources: [
    "https://docs.docker.com/engine/network/drivers/overlay/",
    "https://github.com/moby/moby/issues/33626",
    "https://github.com/moby/moby/issues/50011",
    "https://github.com/docker/for-linux/issues/599",
    "moby libnetwork/service_linux.go programIngress",
  ],
  needs: ["docker-network-inspect", "docker-info", rulesNeed],
  *run(context) {
    const { host } = context;
    if (host.engine.swarm !== "active") return;
    yield* ingressCutOff(host);
    yield* skipWithout(host, "ip-addr");
    yield* skipWithout(host, "ip-link");
    yield* skipWithout(host, "ss-listen");
    yield* closedPorts(context);
    yield* missingGateway(context);
    yield* overlaps(context);
    yield* otherVxlan(context);
    yield* espDropped(context);
  },
});

/** A swarm of one node needs none of the ports; how many there are is in no capture. */
function* closedPorts({ host, dataplane, ask }: CheckContext): Iterable<Observation> {
  const listeners = host.own.listeners;
  const manages = listeners.known && listeners.value.some(({ port }) => port === managerPort.port);
  const ports = [...dataPorts, ...(manages ? [managerPort] : [])];
  const closed = uplinksOf(dataplane).flatMap(({ name, addresses }) => {
    const own = addresses.find(({ address }) => address.family === 4)?.address;
    if (own === undefined) return [];
    return ports.flatMap((port) => {
      const answer = ask({ from: name, to: targetAt(own, port) });
      if (answer?.verdict !== "dropped" && answer?.verdict !== "rejected") return [];
      const end = answer.steps.findLast(({ kind }) => kind === "end");
      return answer.reply === null && end !== undefined && isOnHost(end)
        ? [{ name, port, lines: [...end.sources, ...decidingLines(answer)] }]
        : [];
    });
  });
  const [first] = closed;
  if (first === undefined) return;
  const lines: readonly Source[] = closed.flatMap((one) => one.lines);
  yield {
    subject: hostSubject(host),
    message: `This host's firewall stops ${some(closed.map(({ port: { port, protocol } }) => `${port}/${protocol}`))} from any machine behind ${first.name}: other nodes of the swarm, unless it has none, cannot gossip or send overlay traffic here.`,
    evidence: lines,
    severity: "warning",
    fix: {
      text: "Let the other nodes in (put their network for 192.0.2.0/24), and keep everybody else out: VXLAN is not authenticated.",
      commands: [
        sh`sudo iptables -I INPUT -s 192.0.2.0/24 -p tcp -m multiport --dports 2377,7946 -j ACCEPT`,
        sh`sudo iptables -I INPUT -s 192.0.2.0/24 -p udp -m multiport --dports 4789,7946 -j ACCEPT`,
      ],
      cutsTraffic: false,
    },
  };
}

function* missingGateway({ host }: CheckContext): Iterable<Observation> {
  if (host.networks.some(({ name }) => name === "docker_gwbridge") || !host.networks.some(({ inspected }) => inspected))
    return;
  const overlays = host.networks.filter(({ driver }) => driver === "overlay");
  if (overlays.length === 0) return;
  yield {
    subject: hostSubject(host),
    message: `The swarm is active and has ${some(overlays.map(({ name }) => name))}, but the network docker_gwbridge is missing: tasks have no way out of this node, and published ports no way in.`,
    evidence: overlays.flatMap(({ sources }) => sources.slice(0, 1)),
    fix: {
      text: "Make it again with a free subnet, then restart Docker.",
      commands: [
        sh`docker network create --subnet 172.31.0.0/24 -o com.docker.network.bridge.name=docker_gwbridge -o com.docker.network.bridge.enable_icc=false docker_gwbridge`,
        sh`sudo systemctl restart docker`,
      ],
      cutsTraffic: true,
    },
  };
}

/** An overlay's addresses that are also those of a link of the host: tasks and nodes are taken for each other. */
function* overlaps({ host, dataplane }: CheckContext): Iterable<Observation> {
  for (const overlay of host.networks.filter(({ driver }) => driver === "overlay")) {
    const subnets = overlay.subnets.map(({ subnet }) => subnet);
    for (const { name, addresses, interface: link } of uplinksOf(dataplane)) {
      const own = addresses.find((one) => subnets.some((subnet) => overlap(subnet, prefixAround(one))));
      if (own === undefined) continue;
      yield {
        subject: { kind: "network", name: overlay.name },
        message: `The subnet ${some(subnets.map(formatPrefix))} of ${overlay.name} overlaps ${formatPrefixedAddress(own)} on ${name}: tasks cannot reach machines of that link, nor the nodes themselves.`,
        evidence: [
          ...overlay.sources,
          ...(own.sources.length > 0 ? own.sources.slice(0, 1) : link.sources.slice(0, 1)),
        ],
        sureness: "proven",
        fix: {
          text: "Make the network anew with a subnet that nobody else uses; services on it have to be taken off before.",
          commands: overlay.ingress
            ? [
                sh`docker network rm ingress`,
                sh`docker network create -d overlay --ingress --subnet 10.99.0.0/16 ingress`,
              ]
            : [
                sh`docker network rm ${overlay.name}`,
                sh`docker network create -d overlay --subnet 10.98.0.0/24 ${overlay.name}`,
              ],
          cutsTraffic: true,
        },
      };
    }
  }
}

/** The kernel takes one kind of VXLAN device for a port: a second one on 4789 keeps the overlay's own from being made. */
function* otherVxlan({ host }: CheckContext): Iterable<Observation> {
  const { own } = host;
  for (const { name, kind, details, sources } of own.interfaces.known ? own.interfaces.value : []) {
    if (kind !== "vxlan" || details["dstport"] !== "4789" || /^vx-[0-9a-f]{6}-/.test(name)) continue;
    yield {
      subject: { kind: "interface", name },
      message: `${name} is a VXLAN device of somebody else's on UDP 4789, the port of Docker's overlay networks: the two may keep each other from being set up, or take each other's packets.`,
      evidence: sources,
      severity: "warning",
      sureness: "hint",
      fix: {
        text: "Make the swarm anew with another port for its data, or move the other overlay (flannel, Calico) to another one.",
        commands: [sh`docker swarm init --data-path-port 7789`],
        cutsTraffic: true,
      },
    };
  }
}

/** IP protocol 50, which encrypted overlays are sent in. */
const esp = 50;

function* espDropped({ host, dataplane }: CheckContext): Iterable<Observation | Skip> {
  const encrypted = host.networks.find(
    ({ driver, options }) => driver === "overlay" && options["encrypted"] !== undefined,
  );
  const stack = dataplane.own;
  if (encrypted === undefined) return;
  const source = representativeOutside(dataplane, 4);
  for (const { name, addresses } of uplinksOf(dataplane)) {
    const destination = addresses.find(({ address }) => address.family === 4)?.address;
    if (destination === undefined) continue;
    const answer = askChains(stack, "input", {
      source,
      destination,
      protocol: esp,
      port: 0,
      incoming: name,
      outgoing: null,
    });
    if (answer === "unknown") yield skip("whether INPUT lets ESP in hangs on rules of unknown effect");
    if (answer === null || answer === "unknown") continue;
    const { verdict, rule } = answer.outcome;
    if (verdict.kind !== "drop" && verdict.kind !== "reject") continue;
    yield {
      subject: { kind: "network", name: encrypted.name },
      message: `${encrypted.name} is encrypted, so nodes send it in ESP (IP protocol 50), and ${rule?.text ?? `the policy of ${answer.base.chain.name}`} drops that from machines behind ${name}.`,
      evidence: [rule?.source ?? answer.base.chain.source, ...encrypted.sources.slice(0, 1)],
      severity: "warning",
      fix: {
        text: "Let the other nodes in (put their network for 192.0.2.0/24).",
        commands: [sh`sudo iptables -I INPUT -s 192.0.2.0/24 -p esp -j ACCEPT`],
        cutsTraffic: false,
      },
    };
  }
}
