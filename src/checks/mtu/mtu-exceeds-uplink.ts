import type { Dataplane } from "../../dataplane/types.ts";
import { type Uplink, uplinksOf } from "../../dataplane/uplinks.ts";
import { lastAction, rulesOf } from "../../firewall/statements.ts";
import { sh } from "../../lib/command.ts";
import type { Source } from "../../lib/source.ts";
import type { Bridge, Host, Interface, Network } from "../../model/host.ts";
import { type CheckContext, defineCheck, type Observation } from "../check.ts";
import { count, some } from "../words.ts";

const mtuOption = "com.docker.network.driver.mtu";

export const mtuExceedsUplink = defineCheck({
  id: "mtu-exceeds-uplink",
  severity: "warning",
  sureness: "strong",
  category: "mtu",
  title: "Containers send larger packets than the uplink carries",
  why: "Small answers arrive and large ones hang: TLS handshakes, downloads, pushes. Path MTU discovery would help, but it needs ICMP that firewalls and clouds often drop.",
  fix: 'Give the networks the uplink\'s MTU: `--opt com.docker.network.driver.mtu=1450`, or for all `"default-network-opts": {"bridge": {"com.docker.network.driver.mtu": "1450"}}`; `"mtu"` in daemon.json is for the default bridge alone. At once, for TCP: a TCPMSS clamp.',
  sources: [
    "https://github.com/moby/moby/issues/22028",
    "https://github.com/moby/moby/issues/22297",
    "https://github.com/docker/for-linux/issues/1426",
    "moby libnetwork/drivers/bridge/bridge_linux.go createVeth: the veth gets the network's MTU, a bridge follows its ports",
  ],
  needs: ["docker-network-inspect", "ip-addr"],
  wants: ["ip-route"],
  *run(context) {
    const { host, dataplane } = context;
    const { own } = host;
    if (!own.interfaces.known) return;
    const [smallest] = uplinksOf(dataplane).toSorted((a, b) => mtuOf(a) - mtuOf(b));
    if (smallest !== undefined) yield* overlays(host, smallest);
    const byName = new Map(own.interfaces.value.map((each) => [each.name, each]));
    for (const bridge of host.bridges) {
      const network = host.networks.find(({ id }) => id === bridge.networkId);
      if (network === undefined) continue;
      const ports = bridge.ports
        .flatMap((name) => byName.get(name) ?? [])
        .filter(({ name, mtu }) => mtu !== null && name.startsWith("veth"));
      yield* judge(context, network, ports, smallest);
      yield* mixed(network, bridge, ports);
    }
  },
});

const mtuOf = ({ interface: { mtu } }: Uplink): number => mtu ?? Number.MAX_SAFE_INTEGER;

function* judge(
  { dataplane }: CheckContext,
  network: Network,
  ports: readonly Interface[],
  uplink: Uplink | undefined,
): Iterable<Observation> {
  const wanted = Number(network.options[mtuOption] ?? Number.NaN);
  const large = ports.filter(({ mtu }) => uplink !== undefined && mtu !== null && mtu > mtuOf(uplink));
  const [first] = large;
  if (uplink !== undefined && first !== undefined && !network.internal) {
    const clamp = clampOf(dataplane);
    yield {
      subject: { kind: "network", name: network.name },
      message: `${count(large.length, "container port")} of ${network.name} (${some(large.map(({ name }) => name))}) ${large.length === 1 ? "has" : "have"} MTU ${first.mtu}, but the uplink ${uplink.name} carries ${mtuOf(uplink)}: larger packets depend on path MTU discovery.`,
      evidence: [
        ...large.slice(0, 4).flatMap(({ sources }) => sources.slice(0, 1)),
        ...uplink.interface.sources.slice(0, 1),
        ...(clamp === null ? [] : [clamp]),
      ],
      ...(clamp === null ? {} : { severity: "info", sureness: "hint" }),
      fix: {
        text: `Create ${network.name} anew with --opt ${mtuOption}=${mtuOf(uplink)}${clamp === null ? "; at once, for TCP only, clamp the segment size." : "; for TCP a TCPMSS rule takes care already."}`,
        commands:
          clamp === null
            ? [sh`sudo iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu`]
            : [],
        cutsTraffic: false,
      },
    };
    return;
  }
  const others = ports.filter(({ mtu }) => mtu !== wanted);
  if (!Number.isInteger(wanted) || wanted <= 0 || others[0] === undefined) return;
  yield {
    subject: { kind: "network", name: network.name },
    message: `${network.name} is set to MTU ${wanted}, but ${some(others.map(({ name, mtu }) => `${name} has ${mtu}`))}: ${others.length === 1 ? "it was" : "they were"} made before that, or changed since.`,
    evidence: [...network.sources, ...others.slice(0, 4).flatMap(({ sources }) => sources.slice(0, 1))],
    sureness: "proven",
    fix: { text: "Create the containers anew, so that they get the network's MTU.", commands: [], cutsTraffic: true },
  };
}

/**
 * An overlay gives its containers 50 bytes less than it believes the network below carries, 1500 unless its option says so: the
 * VXLAN header has to fit (moby, libnetwork/drivers/overlay, network.maxMTU). What is too large is not fragmented.
 */
function* overlays(host: Host, { name: uplink, interface: { mtu, sources } }: Uplink): Iterable<Observation> {
  for (const { driver, name, id, options, ingress, sources: own, specialEndpoints } of host.networks) {
    const believed = Number(options[mtuOption] ?? 1500);
    const isUsed = specialEndpoints.length > 0 || isAttached(host, id);
    if (driver !== "overlay" || mtu === null || !isUsed || !Number.isInteger(believed) || believed <= mtu) continue;
    yield {
      subject: { kind: "network", name },
      message: `Overlay network ${name} gives its containers MTU ${believed - vxlan}, for a network below that carries ${believed}, but the uplink ${uplink} carries ${mtu}: with the VXLAN header full packets do not fit, and connections between nodes hang.`,
      evidence: [...own, ...sources.slice(0, 1)],
      severity: "error",
      fix: {
        text: `Create ${name} anew with ${mtuOption}=${mtu}, which gives its containers ${mtu - vxlan}; services on it have to be taken off before. If nodes talk by another interface than ${uplink}, its MTU counts.`,
        commands: [
          sh`docker network rm ${name}`,
          ingress
            ? sh`docker network create -d overlay --ingress --opt ${mtuOption}=${mtu} ${name}`
            : sh`docker network create -d overlay --opt ${mtuOption}=${mtu} ${name}`,
        ],
        cutsTraffic: true,
      },
    };
  }
}

/** Outer Ethernet, IP, UDP and VXLAN headers (moby, overlay.go, vxlanEncap). */
const vxlan = 50;

const isAttached = (host: Host, network: string): boolean =>
  host.containers.some(({ endpoints }) => endpoints.some(({ networkId }) => networkId === network));

/** A bridge drops what is too large for the port it goes out of, and no ICMP tells the sender (net/bridge/br_forward.c). */
function* mixed(network: Network, bridge: Bridge, ports: readonly Interface[]): Iterable<Observation> {
  const sizes = [...new Set(ports.map(({ mtu }) => mtu))];
  if (sizes.length < 2 || network.options[mtuOption] !== undefined) return;
  yield {
    subject: { kind: "bridge", name: bridge.name },
    message: `The ports of ${bridge.name} (${network.name}) have different MTUs: ${some(ports.map(({ name, mtu }) => `${name} ${mtu}`))}; a bridge drops what is too large for a port, and nobody is told.`,
    evidence: ports.slice(0, 6).flatMap(({ sources }) => sources.slice(0, 1)),
    sureness: "proven",
    fix: {
      text: "Create the containers of the network anew, so that all get its MTU.",
      commands: [],
      cutsTraffic: true,
    },
  };
}

/** A rule that clamps TCP's segment size to what the way carries. */
function clampOf({ own }: Dataplane): Source | null {
  for (const { rule } of rulesOf(own.firewall[4].firewall))
    if (lastAction(rule).kind === "clamp-mss") return rule.source;
  return null;
}
