import { parseAddress, parsePrefix } from "../lib/address.ts";
import type { Container, Host, Network } from "../model/host.ts";
import type { World } from "../reach/stack.ts";
import { type CheckContext, defineCheck, type Observation } from "./check.ts";
import { appnetHost, withInput } from "./examples/appnet-host.ts";
import { rulesNeed, some } from "./expected/words.ts";
import { askChains } from "./questions/ask-chains.ts";
import { attachedTo, routedNetworks } from "./questions/attached.ts";
import { type Decision, refusal } from "./questions/decision.ts";
import { addressesOn, target, uplinks } from "./questions/outside.ts";

const ownDns = `[{"Id":"9e7c6d3be58c209cdfc4320f53c460a921d0729f668387d1427feb13050b5a22","Name":"/api","State":{"Running":true},"HostConfig":{"NetworkMode":"appnet","Dns":["172.18.0.1"]},"NetworkSettings":{"Networks":{"appnet":{"NetworkID":"28feb3a9f564a7fee45f7dfde55701fda3a7425bf1333af3cad8ad7a128154c3","IPAddress":"172.18.0.3","IPPrefixLen":16,"Gateway":"172.18.0.1"}}}}]`;

/** What a container wants of its host. */
interface Wish {
  readonly what: string;
  readonly address: string;
  readonly port: number;
  readonly protocol: string;
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
  examples: {
    bad: [
      {
        name: "INPUT drops all but ssh, and a container calls its neighbour by the host's address",
        captures: appnetHost({ "iptables-save": withInput("-p tcp -m tcp --dport 22 -j ACCEPT") }),
        alsoFinds: ["host-firewall-bypassed"],
      },
      {
        name: "the container's name server is the host",
        captures: appnetHost({
          "iptables-save": withInput("-p tcp -m multiport --dports 22,8080 -j ACCEPT"),
          "docker-inspect": ownDns,
        }),
      },
    ],
    good: [
      {
        name: "the bridge is accepted",
        captures: appnetHost({
          "iptables-save": withInput("-i br-28feb3a9f564 -j ACCEPT", "-p tcp -m tcp --dport 22 -j ACCEPT"),
          "docker-inspect": ownDns,
        }),
        alsoFinds: ["host-firewall-bypassed"],
      },
      {
        name: "nothing is published and nobody is known to ask the host",
        captures: appnetHost({
          "docker-ps":
            'CONTAINER ID   IMAGE     COMMAND   CREATED   STATUS    PORTS   NAMES\n3ea6c37e3109   busybox   "srv"     1 h ago   Up 1 h            web\n',
          "iptables-save": withInput("-p tcp -m tcp --dport 22 -j ACCEPT").replace(/^.*dport (8080|80) .*\n/gm, ""),
        }),
      },
      { name: "INPUT lets all in", captures: appnetHost() },
    ],
  },
  *run(context) {
    for (const network of routedNetworks(context.host)) yield* inNetwork(context, network);
  },
});

/** One observation for each rule or policy that stands between a network's containers and what they want of the host. */
function* inNetwork(
  { host, world, ask }: CheckContext,
  network: Network & { readonly bridge: string },
): Iterable<Observation> {
  const blocked = new Map<string, { readonly decision: Decision; readonly wishes: Wish[]; readonly who: string }>();
  for (const { from, wish } of wishesOf(host, world, network)) {
    if (!inputDrops(world, network, wish)) continue;
    const answer = ask({ from, to: target(wish.address, wish.port, wish.protocol) });
    const decision = answer === null ? null : refusal(answer);
    if (decision === null || decision.hook !== "input" || decision.namespace !== "host") continue;
    const key = `${decision.source.line} ${wish.used}`;
    const entry = blocked.get(key) ?? { decision, wishes: [], who: from };
    entry.wishes.push(wish);
    blocked.set(key, entry);
  }
  for (const { decision, wishes, who } of blocked.values()) yield describe(network, decision, wishes, who);
}

/** Whether INPUT would drop it: most hosts' does not, and then there is no need to follow the packet. */
function inputDrops(world: World, { bridge, subnets }: Network & { readonly bridge: string }, wish: Wish): boolean {
  const stack = world.stacks.get("host");
  const source = subnets.map(({ subnet }) => parsePrefix(subnet)?.address).find((one) => one?.family === 4);
  const destination = parseAddress(wish.address);
  if (stack === undefined || source === undefined || destination?.family !== 4) return false;
  const protocol = wish.protocol === "udp" ? 17 : 6;
  const first = { source, destination, protocol, port: wish.port, incoming: bridge, outgoing: null };
  const answer = askChains(stack, "input", first);
  return (
    answer === null ||
    answer === "unknown" ||
    answer.outcome.verdict.kind === "drop" ||
    answer.outcome.verdict.kind === "reject"
  );
}

interface Asked {
  readonly from: string;
  readonly wish: Wish;
}

/** Each name server of the network's containers, and each port that the network publishes, asked for once. */
function wishesOf(host: Host, world: World, network: Network & { readonly bridge: string }): readonly Asked[] {
  const uplinkAddresses = uplinks(world, 4).flatMap((name) => addressesOn(world, name, 4));
  const own = [...uplinkAddresses, ...addressesOn(world, network.bridge, 4)];
  const attached = attachedTo(host, network).map(({ container }) => container);
  const servers = new Map(
    attached
      .toReversed()
      .flatMap((container) =>
        nameServers(host, container).flatMap((address) =>
          own.includes(address) ? [[address, container.name] as const] : [],
        ),
      ),
  );
  const dns = [...servers].map(([address, from]): Asked => {
    const what = `${address}:53/udp (its name server)`;
    return { from, wish: { what, address, port: 53, protocol: "udp", used: true } };
  });
  const [first] = attached;
  const names = new Set(attached.map(({ name }) => name));
  const published = host.publishedPorts.flatMap(({ container, protocol, hostAddress, hostPort: port }): Asked[] => {
    const address = hostAddress === "0.0.0.0" ? own[0] : hostAddress;
    if (first === undefined || address === undefined || !names.has(container) || !own.includes(address)) return [];
    if (protocol !== "tcp" && protocol !== "udp") return [];
    const what = `${address}:${port}/${protocol} (published by ${container})`;
    return [{ from: first.name, wish: { what, address, port, protocol, used: false } }];
  });
  return [...dns, ...published];
}

function nameServers(host: Host, container: Container): readonly string[] {
  const namespace = host.namespaces.find(({ id }) => id === container.namespace);
  const resolver = namespace?.resolver.known === true ? namespace.resolver.value : null;
  return [...container.dns, ...(resolver?.nameservers ?? []), ...(resolver?.upstreams ?? [])];
}

function describe(
  network: Network & { readonly bridge: string },
  decision: Decision,
  wishes: readonly Wish[],
  who: string,
): Observation {
  const used = wishes.some((wish) => wish.used);
  const subnet = network.subnets.find(({ family }) => family === 4)?.subnet;
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
        ({ port, protocol }) =>
          `sudo iptables -I INPUT -i ${network.bridge}${subnet === undefined ? "" : ` -s ${subnet}`} -p ${protocol} --dport ${port} -j ACCEPT`,
      ),
      cutsTraffic: false,
    },
  };
}
