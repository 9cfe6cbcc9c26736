import type { Dataplane } from "../../dataplane/types.ts";
import { uplinkNames } from "../../dataplane/uplinks.ts";
import { commandOf } from "../../docker-rules/rule-set-index.ts";
import { type Address, addressKey, formatAddress, formatPrefix, sameAddress } from "../../lib/address.ts";
import { sh } from "../../lib/command.ts";
import { formatEndpoint } from "../../lib/endpoint.ts";
import { transportNumbers } from "../../lib/protocol.ts";
import type { Container, Host, Network } from "../../model/host.ts";
import { namespaceNameOf } from "../../model/namespace-id.ts";
import { attachedTo, routedNetworks } from "../../model/queries/attached.ts";
import { indexOf } from "../../model/queries/host-index.ts";
import { takes } from "../../model/queries/publications.ts";
import type { Decision } from "../../trace/decision.ts";
import { isOnHost } from "../../trace/packet-state.ts";
import { targetAt } from "../../trace/question.ts";
import { type CheckContext, defineCheck, type Observation } from "../check.ts";
import { askChains } from "../probes/ask-chains.ts";
import { addressesOn } from "../probes/outside.ts";
import { skipWithout } from "../skip.ts";
import { rulesNeed, some } from "../words.ts";

/** What a container wants of its host. */
interface Wish {
  readonly what: string;
  readonly address: Address;
  readonly port: number;
  readonly protocol: "tcp" | "udp";
  /** Whether something is known to use it, or it may only be wanted. */
  readonly used: boolean;
}

export const inputBlocksContainerToHost = defineCheck({
  id: "input-blocks-container-to-host",
  severity: "warning",
  sureness: "strong",
  category: "connectivity",
  title: "The host's INPUT filter keeps containers away from the host",
  why: "A container asks its own host for names, or for a port that is published there: that packet goes through INPUT, not FORWARD, and the host's firewall drops it. It looks as if the service were down from inside and fine from everywhere else.",
  fix: "Accept the bridge in INPUT: `ufw allow in on BRIDGE to any port PORT`, or `iptables -I INPUT -i BRIDGE -s SUBNET -p tcp --dport PORT -j ACCEPT`.",
  sources: [
    "https://github.com/moby/moby/issues/49288",
    "https://github.com/chaifeng/ufw-docker/issues/16",
    "moby libnetwork/drivers/bridge/setup_ip_tables_linux.go: DNAT spares packets that come from the network's own bridge (`! -i BRIDGE`)",
  ],
  needs: ["ip-addr", "docker-network-inspect", rulesNeed],
  wants: ["docker-inspect"],
  *run(context) {
    if (context.host.containers.some(asksForHost)) yield* skipWithout(context.host, "ss-listen");
    for (const network of routedNetworks(context.host)) yield* inNetwork(context, network);
  },
});

/** One observation for each rule or policy that stands between a network's containers and what they want of the host. */
function* inNetwork(
  { dataplane, ask }: CheckContext,
  network: Network & { readonly bridge: string },
): Iterable<Observation> {
  const blocked = new Map<string, { readonly decision: Decision; readonly wishes: Wish[]; readonly who: string }>();
  for (const { from, wish } of wishesOf(dataplane, network)) {
    if (!inputDrops(dataplane, network, wish)) continue;
    const answer = ask({ from, to: targetAt(wish.address, wish) });
    const decision = answer?.decision ?? null;
    if (decision === null || decision.hook !== "input" || !isOnHost(decision)) continue;
    const key = `${decision.source.file}:${decision.source.line} ${wish.used}`;
    const entry = blocked.get(key) ?? { decision, wishes: [], who: from };
    entry.wishes.push(wish);
    blocked.set(key, entry);
  }
  for (const { decision, wishes, who } of blocked.values()) yield describe(network, decision, wishes, who);
}

/** Whether INPUT would drop it: most hosts' does not, and then there is no need to follow the packet. */
function inputDrops(
  dataplane: Dataplane,
  { bridge, subnets }: Network & { readonly bridge: string },
  wish: Wish,
): boolean {
  const stack = dataplane.own;
  const destination = wish.address;
  const source = subnets.map(({ subnet }) => subnet.address).find((one) => one.family === destination.family);
  if (source === undefined) return false;
  const protocol = transportNumbers[wish.protocol];
  const first = { source, destination, protocol, port: wish.port, incoming: bridge, outgoing: null };
  const answer = askChains(stack, "input", first);
  if (answer === null || answer === "unknown") return true;
  return answer.outcome.verdict.kind === "drop" || answer.outcome.verdict.kind === "reject";
}

interface Asked {
  readonly from: string;
  readonly wish: Wish;
}

/** What the network's containers may want of the host: its resolver, services by `host-gateway`, ports that the network publishes. */
function wishesOf(dataplane: Dataplane, network: Network & { readonly bridge: string }): readonly Asked[] {
  const { host } = dataplane;
  const families = ([4, 6] as const).filter((family) => network.subnets.some((one) => one.family === family));
  return families.flatMap((family) => {
    const uplinkAddresses = uplinkNames(dataplane, family).flatMap((name) => addressesOn(dataplane, name, family));
    const own = [...uplinkAddresses, ...addressesOn(dataplane, network.bridge, family)];
    const attached = attachedTo(host, network)
      .filter(({ endpoint }) => (family === 4 ? endpoint.ipv4 : endpoint.ipv6) !== null)
      .map(({ container }) => container);
    return [
      ...resolverWishes(host, attached, own),
      ...gatewayWishes(dataplane, network, family, attached),
      ...publishedWishes(host, attached, own),
    ];
  });
}

/** Each name server of the containers that is the host itself, asked for once. */
function resolverWishes(host: Host, attached: readonly Container[], own: readonly Address[]): readonly Asked[] {
  const servers = new Map(
    attached
      .toReversed()
      .flatMap((container) =>
        nameServers(host, container).flatMap((address) =>
          own.some((one) => sameAddress(one, address))
            ? [[addressKey(address), { address, from: container.name }] as const]
            : [],
        ),
      ),
  );
  return [...servers.values()].map(({ address, from }) => {
    const what = `${formatEndpoint(address, 53)}/udp (its name server)`;
    return { from, wish: { what, address, port: 53, protocol: "udp", used: true } };
  });
}

/** `--add-host host.docker.internal:host-gateway` */
const asksForHost = ({ extraHosts }: Container): boolean => extraHosts.some((entry) => /[:=]host-gateway$/.test(entry));

/**
 * Services of the host for a container with `host-gateway` in its extra hosts, which is the default bridge's address. Which port it
 * wants is in no capture: where INPUT lets it to any of them, that may be the one.
 */
function gatewayWishes(
  dataplane: Dataplane,
  network: Network & { readonly bridge: string },
  family: 4 | 6,
  attached: readonly Container[],
): readonly Asked[] {
  const { host } = dataplane;
  const from = attached.find(asksForHost)?.name;
  const standard = host.networks.find(({ name, bridge }) => name === "bridge" && bridge !== null)?.bridge ?? "docker0";
  const [address] = addressesOn(dataplane, standard, family);
  const listeners = host.own.listeners;
  if (from === undefined || address === undefined || !listeners.known) return [];
  const published = new Set(host.publishedPorts.map(({ hostPort }) => hostPort));
  const services = listeners.value.filter(
    (one) =>
      one.protocol === "tcp" &&
      one.port !== 22 &&
      !published.has(one.port) &&
      (one.address === null || sameAddress(one.address, address)),
  );
  const ports = [...new Set(services.map(({ port }) => port))].slice(0, 8);
  const wishes = ports.map(
    (port): Wish => ({
      what: `${formatEndpoint(address, port)}/tcp (host-gateway)`,
      address,
      port,
      protocol: "tcp",
      used: true,
    }),
  );
  return wishes.every((wish) => inputDrops(dataplane, network, wish)) ? wishes.map((wish) => ({ from, wish })) : [];
}

/** Each port that the network publishes, by the host's address. */
function publishedWishes(host: Host, attached: readonly Container[], own: readonly Address[]): readonly Asked[] {
  const [first] = attached;
  const names = new Set(attached.map(({ name }) => name));
  return host.publishedPorts.flatMap(({ container, protocol, hostAddress, hostPort: port }): Asked[] => {
    const address = own.find((one) => takes(hostAddress, one));
    if (first === undefined || address === undefined || !names.has(container)) return [];
    if (protocol === "sctp") return [];
    const what = `${formatEndpoint(address, port)}/${protocol} (published by ${container})`;
    return [{ from: namespaceNameOf(first.name), wish: { what, address, port, protocol, used: false } }];
  });
}

function nameServers(host: Host, container: Container): readonly Address[] {
  const namespace = indexOf(host).namespaces.get(container.namespace ?? "");
  const resolver = namespace?.resolver.known === true ? namespace.resolver.value : null;
  const all = [...container.dns, ...(resolver?.nameservers ?? []), ...(resolver?.upstreams ?? [])];
  return all.flatMap(({ address, zone }) => (zone === null ? [address] : []));
}

function describe(
  network: Network & { readonly bridge: string },
  decision: Decision,
  wishes: readonly Wish[],
  who: string,
): Observation {
  const used = wishes.some((wish) => wish.used);
  const sourceFor = (address: Address) => {
    const own = network.subnets.find(({ family }) => family === address.family);
    return own === undefined ? formatAddress(address) : formatPrefix(own.subnet);
  };
  return {
    subject: { kind: "network", name: network.name },
    message: `${decision.text} drops what containers of ${network.name} send to the host's own address (asked: ${who} to ${some(
      wishes.map(({ what }) => what),
      2,
    )})${used ? "" : `; whether anything uses ${wishes.length === 1 ? "it" : "them"} the snapshot does not tell`}.`,
    evidence: [decision.source],
    severity: used ? "warning" : "info",
    fix: {
      text: "Accept just these ports from the bridge.",
      commands: wishes.map(
        ({ address, port, protocol }) =>
          sh`sudo ${commandOf(address.family)} -I INPUT -i ${network.bridge} -s ${sourceFor(address)} -p ${protocol} --dport ${port} -j ACCEPT`,
      ),
      cutsTraffic: false,
    },
  };
}
