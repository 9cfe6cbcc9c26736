import { representativeOutside } from "../../dataplane/outside-candidates.ts";
import { lookupRoute } from "../../dataplane/routing.ts";
import { stackNamed } from "../../dataplane/stack-ref.ts";
import type { Dataplane, Stack } from "../../dataplane/types.ts";
import { uplinksOf } from "../../dataplane/uplinks.ts";
import { formatAddress } from "../../lib/address.ts";
import { isLoopback } from "../../lib/address-class.ts";
import { sh } from "../../lib/command.ts";
import type { Source } from "../../lib/source.ts";
import type { Namespace, Network } from "../../model/host.ts";
import { namespaceNameOf } from "../../model/namespace-id.ts";
import {
  isLoopbackBinding,
  type Publication,
  publications,
  type Sandboxed,
  sandboxes,
} from "../../model/queries/publications.ts";
import { onceEach } from "../../reasons/reason.ts";
import type { Answer } from "../../trace/answer.ts";
import { type Target, targetAt } from "../../trace/question.ts";
import { type CheckContext, defineCheck, type Observation } from "../check.ts";
import { farPort } from "../probes/outside.ts";
import { skipReason } from "../skip.ts";
import { some } from "../words.ts";

export const containerOwnFirewall = defineCheck({
  id: "container-own-firewall",
  severity: "warning",
  sureness: "proven",
  category: "connectivity",
  title: "A container's own rules or routes stop what the host lets through",
  why: "Rules and routes inside the container's namespace count, too: with NET_ADMIN a container, or somebody with nsenter, can drop what Docker lets in or lose the way out, and nothing on the host shows it.",
  fix: "Look at the rules and routes inside (`nsenter -t PID -n iptables -S`, `ip route`); a restart of the container sets Docker's own up again. Take NET_ADMIN away where it is not needed.",
  sources: [
    "https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities",
    "each network namespace has netfilter rules and routes of its own: network_namespaces(7)",
  ],
  needs: ["docker-network-inspect", "ip-addr"],
  needsInside: ["ip-route", "iptables-save"],
  wantsInside: ["ip-addr", "ip-route", ["iptables-save", "nft-ruleset"]],
  *run(context) {
    const ports = publications(context.host);
    for (const box of sandboxes(context.host).values()) {
      if (box.container.networkMode === "container") continue;
      if (hasRules(box.namespace)) {
        yield* stoppedInside(
          context,
          box,
          ports.filter(({ container }) => container === box.container.name),
        );
        yield* stoppedOutgoing(context, box);
      }
      yield* withoutWayOut(context, box);
      const stack = stackNamed(context.dataplane, box.namespace.name);
      const unread = [
        ...(stack?.firewall[4].unknown.values() ?? []),
        ...(stack?.linkChains[4] ?? []).map(({ why }) => why),
      ];
      for (const why of onceEach(unread)) yield skipReason(why);
    }
  },
});

/** Whether anything inside could stop a packet: rules beside those of the embedded DNS, or a policy. */
function hasRules({ iptables }: Namespace): boolean {
  if (!iptables.known) return false;
  return iptables.value.sets.some(({ tables }) =>
    tables.some(
      ({ name, rules, chains }) =>
        name !== "nat" && (rules.length > 0 || chains.some(({ policy }) => policy !== null && policy !== "ACCEPT")),
    ),
  );
}

/** The line inside the namespace that stopped a packet; null when it was not stopped there. */
function stoppedBy(answer: Answer | null, namespace: string): readonly Source[] | null {
  if (answer?.verdict !== "dropped" && answer?.verdict !== "rejected") return null;
  const last = answer.steps.findLast(({ kind }) => kind === "end");
  return last?.namespace === namespace ? last.sources : null;
}

/** Published ports from outside; ports that are listened on from a neighbour on the same network. */
function* stoppedInside(context: CheckContext, box: Sandboxed, ports: readonly Publication[]): Iterable<Observation> {
  const stopped = [...fromOutside(context, ports), ...fromNeighbour(context, box)].flatMap(({ from, to, what }) => {
    const lines = stoppedBy(context.ask({ from, to }), box.namespace.name);
    return lines === null ? [] : [{ from, what, lines }];
  });
  if (stopped.length === 0) return;
  const { name, capAdd, privileged, pid } = box.container;
  const able = privileged === true ? "it is privileged" : capAdd.length > 0 ? `it has ${some(capAdd)}` : null;
  yield {
    subject: { kind: "container", name },
    message: `${name}'s own firewall stops ${some([...new Set(stopped.map(({ what, from }) => `${what} from ${from}`))])}${able === null ? "" : ` (${able})`}.`,
    evidence: stopped.flatMap(({ lines }) => lines),
    fix: {
      text: "See the rules inside; a restart of the container takes them away, unless it sets them itself.",
      commands: [
        ...(pid === null ? [] : [sh`sudo nsenter -t ${pid} -n iptables -S INPUT`]),
        sh`docker restart ${name}`,
      ],
      cutsTraffic: true,
    },
  };
}

interface Try {
  readonly from: string;
  readonly to: Target;
  readonly what: string;
}

function fromOutside({ dataplane }: CheckContext, ports: readonly Publication[]): readonly Try[] {
  return uplinksOf(dataplane).flatMap(({ name, addresses }) =>
    ports.flatMap(({ addresses: bound, hostPort, protocol, containerPort }) => {
      const own = addresses.find(({ address }) => address.family === 4)?.address;
      if (own === undefined || bound.every(isLoopbackBinding)) return [];
      return [
        {
          from: name,
          to: targetAt(own, { protocol, port: hostPort }),
          what: `published port ${containerPort}/${protocol}`,
        },
      ];
    }),
  );
}

function fromNeighbour({ host }: CheckContext, { namespace, onBridges }: Sandboxed): readonly Try[] {
  if (!namespace.listeners.known) return [];
  const open = namespace.listeners.value.flatMap(({ address, family, protocol, port }) =>
    isLoopback(address) || family === 6 || protocol === "other" ? [] : [{ protocol, port }],
  );
  return onBridges.flatMap(({ endpoint }) => {
    const neighbour = host.containers.find(
      ({ namespace: other, endpoints }) =>
        other !== null &&
        other !== namespace.name &&
        other !== host.own.name &&
        endpoints.some(({ networkId }) => networkId === endpoint.networkId),
    );
    const address = endpoint.ipv4?.address;
    if (neighbour === undefined || address === undefined) return [];
    return open.slice(0, 20).map((port) => ({
      from: namespaceNameOf(neighbour.name),
      to: targetAt(address, port),
      what: `port ${port.port}/${port.protocol}`,
    }));
  });
}

/** What a container keeps in on purpose is worth knowing, no more: VPN images do so. */
function* stoppedOutgoing({ ask, dataplane }: CheckContext, box: Sandboxed): Iterable<Observation> {
  const { name } = box.container;
  const lines = stoppedBy(ask({ from: namespaceNameOf(name), to: farPort(dataplane, 4, 443) }), box.namespace.name);
  if (lines === null) return;
  yield {
    subject: { kind: "container", name },
    message: `${name}'s own firewall stops what it sends out (tcp to port 443 of the Internet).`,
    evidence: lines,
    severity: "info",
  };
}

function hasRoute(dataplane: Dataplane, stack: Stack): boolean {
  const destination = representativeOutside(dataplane, 4);
  const { results } = lookupRoute(stack, { destination, source: null, incoming: null, mark: 0 });
  return results.every(({ kind }) => kind !== "none");
}

function* withoutWayOut(
  { ask, dataplane }: CheckContext,
  { container, namespace, onBridges }: Sandboxed,
): Iterable<Observation> {
  const leading = onBridges.find(
    ({ network, endpoint }) =>
      network.inspected && !network.internal && endpoint.ipv4 !== null && gatewayOf(network) !== null,
  );
  if (leading === undefined || !namespace.routes.known || !namespace.interfaces.known) return;
  if (container.endpoints.some(({ networkId }) => dataplane.host.networks.every(({ id }) => id !== networkId))) return;
  const stack = stackNamed(dataplane, namespace.name);
  if (stack === null || hasRoute(dataplane, stack)) return;
  const answer = ask({ from: namespaceNameOf(container.name), to: farPort(dataplane, 4, 443) });
  const last = answer?.steps.findLast(({ kind }) => kind === "end");
  if (answer?.verdict !== "unroutable" || answer.reason !== "no-route" || last?.namespace !== namespace.name) return;
  const gateway = gatewayOf(leading.network) ?? "";
  const device = leading.endpoint.interface ?? leading.interface;
  yield {
    subject: { kind: "container", name: container.name },
    message: `${container.name} has no default route inside, though ${leading.network.name} offers ${gateway}: it reaches only its own networks.`,
    evidence: [
      ...namespace.routes.value.flatMap(({ sources }) => sources.slice(0, 1)).slice(0, 3),
      ...leading.endpoint.sources.slice(0, 1),
    ],
    fix: {
      text: "Put the route back, or restart the container.",
      commands:
        container.pid === null
          ? [sh`docker restart ${container.name}`]
          : [sh`sudo nsenter -t ${container.pid} -n ip route add default via ${gateway} dev ${device}`],
      cutsTraffic: container.pid === null,
    },
  };
}

function gatewayOf({ subnets }: Network): string | null {
  const gateway = subnets.find(({ family }) => family === 4)?.gateway ?? null;
  return gateway && formatAddress(gateway);
}
