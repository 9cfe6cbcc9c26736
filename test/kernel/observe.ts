import type { PortRange } from "../../src/firewall/packet.ts";
import { type Address, formatAddress } from "../../src/lib/address.ts";
import type { Sent } from "./generate-packets.ts";
import type { Seen } from "./lab.ts";
import type { Fate } from "./router-oracle.ts";
import type { Machine } from "./topology.ts";
import { type Decoded, decode, type Wire } from "./wire.ts";

/** What really became of a packet. */
export type Observed =
  | { readonly kind: "arrived"; readonly machine: Machine; readonly packet: Decoded }
  /** `isHeard`: it tells of addresses that the sender knows, so that its socket gets to hear of it. */
  | { readonly kind: "rejected"; readonly with: string; readonly isHeard: boolean }
  | { readonly kind: "silent" };

const answers: Readonly<Record<string, string>> = {
  "1 3/0": "icmp-net-unreachable",
  "1 3/1": "icmp-host-unreachable",
  "1 3/2": "icmp-proto-unreachable",
  "1 3/3": "icmp-port-unreachable",
  "1 3/9": "icmp-net-prohibited",
  "1 3/10": "icmp-host-prohibited",
  "1 3/13": "icmp-admin-prohibited",
  "1 11/0": "time-exceeded",
  "58 1/0": "icmp6-no-route",
  "58 1/1": "icmp6-adm-prohibited",
  "58 1/3": "icmp6-addr-unreachable",
  "58 1/4": "icmp6-port-unreachable",
  "58 1/5": "icmp6-policy-fail",
  "58 1/6": "icmp6-reject-route",
  "58 3/0": "time-exceeded",
};

const isReset = ({ protocol, flags }: Wire): boolean => protocol === 6 && (flags & 4) !== 0;

/** Whether a packet that was seen is the one that was sent, its addresses and ports aside. */
function isThe(sent: Wire, seen: Decoded): boolean {
  const same = seen.family === sent.family && seen.protocol === sent.protocol && seen.id === sent.id;
  return same && seen.inner === null && (sent.protocol !== 6 || seen.flags === sent.flags) && seen.type === sent.type;
}

/** What a reset answers: the acknowledged sequence number, or the one taken over (`nf_reject_ip_tcphdr_put`). */
function isResetOf(sent: Wire, seen: Decoded): boolean {
  if (!isReset(seen) || sent.protocol !== 6 || isReset(sent) || seen.destinationPort !== sent.sourcePort) return false;
  const counted = (sent.flags & 2 ? 1 : 0) + (sent.flags & 1 ? 1 : 0);
  return seen.flags & 16 ? seen.acknowledges === sent.id + counted : seen.id === sent.acknowledges;
}

const isSame = (a: Ends, b: Ends): boolean =>
  a.source === b.source &&
  a.destination === b.destination &&
  a.sourcePort === b.sourcePort &&
  a.destinationPort === b.destinationPort;

type Ends = Pick<Wire, "source" | "destination" | "sourcePort" | "destinationPort">;

const invert = (wire: Wire): Ends => ({
  source: wire.destination,
  destination: wire.source,
  sourcePort: wire.destinationPort,
  destinationPort: wire.sourcePort,
});

/** What was seen of a packet. An arrival counts more than an answer that the arrived packet may have got. */
export function observe(
  { wire, machine }: Sent,
  seen: readonly { readonly at: Machine; readonly packet: Decoded }[],
): Observed {
  const arrived = seen.filter(({ packet }) => isThe(wire, packet));
  const [first] = arrived;
  if (first !== undefined) return { kind: "arrived", machine: first.at, packet: first.packet };
  for (const { at, packet } of seen) {
    if (at !== machine) continue;
    if (packet.inner !== null && isThe(wire, { ...packet.inner, inner: null, length: 0, flags: wire.flags })) {
      return {
        kind: "rejected",
        with: answers[`${packet.protocol} ${packet.type}/${packet.code}`] ?? "something else",
        isHeard: isSame(packet.inner, wire),
      };
    }
    if (isResetOf(wire, packet)) return { kind: "rejected", with: "tcp-reset", isHeard: isSame(invert(packet), wire) };
  }
  return { kind: "silent" };
}

export function decodeAll(seen: readonly Seen[]): { readonly at: Machine; readonly packet: Decoded }[] {
  return seen.flatMap(({ machine, family, bytes }) => {
    const packet = decode(family, bytes);
    return packet === null ? [] : [{ at: machine, packet }];
  });
}

const inRange = (port: number, range: PortRange | null): boolean =>
  range === null || (port >= range.from && port <= range.to);

const same = (text: string, address: Address): boolean => text === formatAddress(address);

/** Whether what was seen is one of the fates that were foreseen. */
export function agrees(observed: Observed, fate: Fate, loudnessIsCertain: boolean): boolean {
  switch (fate.kind) {
    case "unknown":
      return true;
    case "silent":
      return observed.kind === "silent";
    case "rejected":
      // The kernel limits how often it says that there is no route (`ip_error`).
      if (observed.kind === "silent") return !loudnessIsCertain || fate.with === "no-route";
      return observed.kind === "rejected" && (observed.with === fate.with || fate.with === "no-route");
    case "arrives": {
      if (observed.kind !== "arrived" || observed.machine !== fate.machine) return false;
      const { packet } = observed;
      return (
        same(packet.source, fate.packet.source) &&
        same(packet.destination, fate.packet.destination) &&
        inRange(packet.sourcePort, fate.packet.sourcePort) &&
        inRange(packet.destinationPort, fate.packet.destinationPort) &&
        packet.tos === fate.packet.tos &&
        inRange(packet.ttl, fate.packet.ttl)
      );
    }
  }
}

/** For a person. */
export function describeFate(fate: Fate): string {
  if (fate.kind === "arrives") {
    const { packet } = fate;
    const port = (range: PortRange | null): string =>
      range === null ? "" : ` port ${range.from}${range.to === range.from ? "" : `-${range.to}`}`;
    return `arrives at ${fate.machine} from ${formatAddress(packet.source)}${port(packet.sourcePort)} to ${formatAddress(packet.destination)}${port(packet.destinationPort)} tos ${packet.tos} ttl ${packet.ttl.from}`;
  }
  return fate.kind === "rejected" ? `rejected with ${fate.with} (${fate.why})` : `${fate.kind} (${fate.why})`;
}

export function describeObserved(observed: Observed): string {
  if (observed.kind === "silent") return "nothing was heard of it";
  if (observed.kind === "rejected") return `rejected with ${observed.with}`;
  const { packet } = observed;
  return `arrived at ${observed.machine} from ${packet.source} port ${packet.sourcePort} to ${packet.destination} port ${packet.destinationPort} tos ${packet.tos} ttl ${packet.ttl}`;
}
