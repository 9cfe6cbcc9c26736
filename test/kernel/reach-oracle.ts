import type { CaptureKind } from "../../src/captures/kinds.ts";
import type { CaptureOk } from "../../src/captures/snapshot.ts";
import { rebuildHost } from "../../src/operations/analyze.ts";
import type { Answer } from "../../src/trace/answer.ts";
import { makeTracer, type Tracer } from "../../src/trace/trace.ts";
import { addressesOf, type Sent } from "./generate-packets.ts";
import type { Lab } from "./lab.ts";
import type { Loaded } from "./load-rules.ts";
import type { Tested } from "./round.ts";
import { bare, links, type Machine, routerAddresses } from "./topology.ts";

/** What is captured of a machine, as the collector would. */
const commands: Readonly<Partial<Record<CaptureKind, string>>> = {
  "ip-addr": "ip a",
  "ip-link": "ip -d link",
  "ip-route": "ip route show table all",
  "ip6-route": "ip -6 route show table all",
  "ip-rule": "ip rule",
  "ip6-rule": "ip -6 rule",
  "ip-neigh": "ip neigh",
  "bridge-link": "bridge -d link",
  "bridge-fdb": "bridge fdb",
  sysctl: "sysctl -e net.ipv4 net.ipv6 net.bridge",
};

/** The machines on the bridge, which are the containers of its network. */
const containers: readonly Machine[] = ["left", "right"];

/** Everything of the snapshot that the rules do not change. */
export function captureLab(lab: Lab): readonly CaptureOk[] {
  const captures = [capture("docker-network-inspect", null, JSON.stringify(networkInspect(), null, 4))];
  for (const machine of ["router", ...containers] as const) {
    for (const [kind, command] of Object.entries(commands)) {
      const text = lab.in(machine, command.split(" "));
      captures.push(capture(kind as CaptureKind, machine === "router" ? null : machine, text));
    }
  }
  return captures;
}

function capture(kind: CaptureKind, netns: string | null, text: string): CaptureOk {
  const file = netns === null ? `${kind}.txt` : `netns/${netns}/${kind}.txt`;
  return { kind, netns, file, state: "ok", text, firstLine: 1, truncated: false };
}

/** The bridge as a network of Docker's, with two containers that have more addresses than Docker gave them. */
function networkInspect(): unknown {
  const [gateway4 = "", gateway6 = ""] = (routerAddresses["br0"] ?? []).map(bare);
  const inside = links.filter(({ machine }) => containers.includes(machine));
  return [
    {
      Name: "lab",
      Id: "1ab".repeat(21).slice(0, 62).padEnd(64, "0"),
      Driver: "bridge",
      Scope: "local",
      EnableIPv6: true,
      IPAM: {
        Driver: "default",
        Config: [
          { Subnet: "10.77.3.0/24", Gateway: gateway4 },
          { Subnet: "fd77:3::/64", Gateway: gateway6 },
        ],
      },
      Containers: Object.fromEntries(
        inside.map(({ machine, mac }, i) => [
          `${i + 1}`.repeat(64),
          {
            Name: machine,
            EndpointID: `${i + 3}`.repeat(64),
            MacAddress: mac,
            IPv4Address: `${addressesOf(machine, 4)[0]}/24`,
            IPv6Address: `${addressesOf(machine, 6)[0]}/64`,
          },
        ]),
      ),
      Options: { "com.docker.network.bridge.name": "br0" },
      Labels: {},
    },
  ];
}

/** The tracer of the lab as it is with these rules. */
export function makeLabTracer(lab: readonly CaptureOk[], loaded: Loaded): Tracer {
  const rules = loaded.saved.map(({ backend, family, text }) =>
    capture(`${family === 4 ? "iptables" : "ip6tables"}-${backend}-save`, null, text),
  );
  const sets = capture("ipset-save", null, loaded.savedSets);
  return makeTracer(rebuildHost({ manifest: null, captures: [...lab, ...rules, sets], unread: [] }));
}

const protocols: Readonly<Record<number, string>> = { 1: "icmp", 6: "tcp", 17: "udp", 58: "icmp", 132: "sctp" };

/** Whether a question can ask for this packet: only what most packets are like can be said in one. */
function canBeAsked({ wire }: Sent): boolean {
  const isFirst = wire.protocol !== 6 || wire.flags === 2;
  const isPing = (wire.protocol !== 1 || wire.type === 8) && (wire.protocol !== 58 || wire.type === 128);
  return wire.protocol in protocols && isFirst && isPing && wire.ttl === 64 && wire.tos === 0;
}

/** What `vethscope trace` answers about a packet; null when it cannot be asked about it. */
export function askAbout(tracer: Tracer, { machine, wire, ...sent }: Sent): Answer | null {
  if (!canBeAsked({ machine, wire, ...sent })) return null;
  const link = links.find((one) => one.machine === machine);
  const isInside = machine === "router" || containers.includes(machine);
  const to = wire.family === 4 ? wire.destination : `[${wire.destination}]`;
  const port = wire.destinationPort === 0 ? "" : `:${wire.destinationPort}`;
  return tracer.trace({
    from: isInside ? wire.source : `${wire.source}@${link?.interface}`,
    to: `${to}${port}/${protocols[wire.protocol]}`,
    ...(wire.destinationPort === 0 ? {} : { sourcePort: wire.sourcePort }),
  });
}

/**
 * Why the answer is wrong about what was seen of the packet and, where one was sent, of its reply; null when it is right, or
 * not known. An answer counts the way back: what arrives but cannot be answered is `dropped` with a reply that says where.
 */
export function contradiction(answer: Answer, tested: Tested, reply: Tested | null): string | null {
  const { sent, observed } = tested;
  const arrived = observed.kind === "arrived" ? observed : null;
  const isAnswered = reply === null ? null : isAnswer(sent, reply);
  switch (answer.verdict) {
    case "unknown":
      return null;
    case "ambiguous": {
      const judged = answer.outcomes.map((one) => contradiction({ ...answer, ...one, outcomes: [] }, tested, reply));
      return judged.every((one) => one !== null) ? `it was none of the outcomes: ${judged.join("; ")}` : null;
    }
    case "delivered":
    case "refused": {
      // Of machines outside the snapshot knows none, and has to take every address for one.
      if (answer.deliveredTo?.kind === "outside" && !isAnybody(answer.deliveredTo.address)) return null;
      if (arrived === null) return "it did not arrive";
      const { address, port } = answer.deliveredTo ?? { address: null, port: null };
      if (address !== null && address !== arrived.packet.destination) return "it arrived at another address";
      if (port !== null && port !== arrived.packet.destinationPort) return "it arrived at another port";
      if (answer.sourceSeen !== null && answer.sourceSeen !== arrived.packet.source)
        return "it came from another source";
      return isAnswered === false ? "its reply did not come back" : null;
    }
    case "dropped":
    case "unroutable":
      if (arrived === null) {
        const heard = observed.kind === "rejected" && observed.isHeard;
        if (heard) return isUntold(answer) ? "it was rejected" : null;
        return answer.reason === "ttl-expired" && isTold(answer) ? "nobody heard of it" : null;
      }
      // Of several ways that all fail only some get as far as to be answered.
      if (answer.reply === null && !answer.because.some(({ code }) => code.startsWith("answer-"))) return "it arrived";
      return isAnswered === true ? "it arrived, and so did its reply" : null;
    case "rejected":
      if (arrived !== null) return "it arrived";
      if (observed.kind !== "rejected" || !observed.isHeard)
        return isTold(answer) ? "nobody heard of a rejection" : null;
      if (isUntold(answer)) return "it was heard of the rejection";
      return observed.with === answer.rejectedWith ? null : `it was rejected with ${observed.with}`;
  }
}

/*
 * `failure` is what the sender's program notices. On the wire it is told whether or not its socket makes an error of that, and a
 * datagram that its own kernel drops is an error without any packet.
 */
const isTold = ({ failure, reply }: Answer): boolean => failure === "refusal" && reply?.verdict === "delivered";
const isUntold = ({ failure, reply }: Answer): boolean => failure === "silence" && reply?.verdict !== "delivered";

const isAnybody = (address: string): boolean => links.some(({ addresses }) => addresses.map(bare).includes(address));

/** Whether a reply came back from where the sender had sent its packet: from anywhere else it would be no use. */
function isAnswer({ wire, machine }: Sent, { observed }: Tested): boolean {
  if (observed.kind !== "arrived" || observed.machine !== machine) return false;
  const { source, destination, sourcePort, destinationPort } = observed.packet;
  if (source !== wire.destination || destination !== wire.source) return false;
  const hasPorts = wire.destinationPort !== 0;
  return !hasPorts || (sourcePort === wire.destinationPort && destinationPort === wire.sourcePort);
}
