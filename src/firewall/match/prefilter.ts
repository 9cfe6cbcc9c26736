import { bitsOf } from "../../lib/address.ts";
import { onceFor } from "../../lib/once-for.ts";
import type { Match } from "../matches.ts";
import type { Packet } from "../packet.ts";
import type { Chain, Rule } from "../rules.ts";
import { isMatch } from "../statements.ts";

/**
 * What the rules of a chain ask of the fields that no rule can change, in arrays: most rules of a long chain are ruled out
 * by comparing a few numbers. A rule that is not ruled out still has to be tested.
 */
interface Prefilter {
  readonly protocols: Int16Array;
  /** Source from and to, destination from and to: the leading 52 bits. */
  readonly addresses: Float64Array;
  /** Source from and to, destination from and to. */
  readonly ports: Int32Array;
  /** Incoming and outgoing, as numbers of `names`; 0 for any. */
  readonly interfaces: Int32Array;
  readonly names: ReadonlyMap<string, number>;
}

/** The fields of a packet that a screen looks at. */
export interface PacketKey {
  readonly protocol: number;
  readonly source: number;
  readonly destination: number;
  readonly sourceFrom: number;
  readonly sourceTo: number;
  readonly destinationFrom: number;
  readonly destinationTo: number;
  readonly incoming: string | null;
  readonly outgoing: string | null;
}

/** The leading 52 bits of an address, which a number holds exactly; all of an IPv4 address. */
function leadingBits(value: bigint, family: 4 | 6): number {
  return Number(family === 4 ? value : value >> BigInt(bitsOf(6) - 52));
}

export function packetKey(packet: Packet): PacketKey {
  return {
    protocol: packet.protocol,
    source: leadingBits(packet.source.value, packet.family),
    destination: leadingBits(packet.destination.value, packet.family),
    // A packet without ports has none that any rule could name.
    sourceFrom: packet.sourcePort?.from ?? -1,
    sourceTo: packet.sourcePort?.to ?? -1,
    destinationFrom: packet.destinationPort?.from ?? -1,
    destinationTo: packet.destinationPort?.to ?? -1,
    incoming: packet.incoming,
    outgoing: packet.outgoing,
  };
}

const prefilters = { 4: onceFor((chain: Chain) => build(chain, 4)), 6: onceFor((chain: Chain) => build(chain, 6)) };

function build(chain: Chain, family: 4 | 6): Prefilter {
  const count = chain.rules.length;
  const names = new Map<string, number>();
  const screen: Prefilter = {
    protocols: new Int16Array(count).fill(-1),
    addresses: new Float64Array(4 * count),
    ports: new Int32Array(4 * count),
    interfaces: new Int32Array(2 * count),
    names,
  };
  for (const [i, rule] of chain.rules.entries()) screenRule(screen, names, i, rule, family);
  return screen;
}

function screenRule(screen: Prefilter, names: Map<string, number>, i: number, rule: Rule, family: 4 | 6): void {
  for (const at of [4 * i, 4 * i + 2]) {
    screen.addresses[at + 1] = Number.POSITIVE_INFINITY;
    screen.ports[at] = -1;
    screen.ports[at + 1] = 65_535;
  }
  for (const statement of rule.statements) {
    // Behind an action the rule has done something already.
    if (!isMatch(statement)) break;
    if (!statement.negated) screenMatch(screen, names, i, statement, family);
  }
}

function screenMatch(screen: Prefilter, names: Map<string, number>, i: number, match: Match, family: 4 | 6): void {
  if (match.kind === "interface") {
    if (match.isPrefix) return;
    const number = names.get(match.name) ?? names.size + 1;
    names.set(match.name, number);
    screen.interfaces[2 * i + (match.side === "in" ? 0 : 1)] = number;
  }
  if (match.kind !== "field" || match.mask !== null) return;
  const [first, last] = [match.ranges[0], match.ranges.at(-1)];
  if (first === undefined || last === undefined) return;
  switch (match.field) {
    case "protocol":
      if (first.from === last.to) screen.protocols[i] = Number(first.from);
      break;
    case "source":
    case "destination": {
      const at = 4 * i + (match.field === "source" ? 0 : 2);
      screen.addresses[at] = leadingBits(first.from as bigint, family);
      screen.addresses[at + 1] = leadingBits(last.to as bigint, family);
      break;
    }
    case "source-port":
    case "destination-port": {
      const at = 4 * i + (match.field === "source-port" ? 0 : 2);
      screen.ports[at] = Number(first.from);
      screen.ports[at + 1] = Number(last.to);
      break;
    }
  }
}

/** The index of the next rule, from `at` on, that the packet may match; the number of rules when there is none. */
export function makePrefilter(chain: Chain, family: 4 | 6, packet: PacketKey): (at: number) => number {
  const { protocols, addresses, ports, interfaces, names } = prefilters[family](chain);
  const count = chain.rules.length;
  const incoming = names.get(packet.incoming ?? "") ?? -1;
  const outgoing = names.get(packet.outgoing ?? "") ?? -1;
  const { protocol, source, destination, sourceFrom, sourceTo, destinationFrom, destinationTo } = packet;
  return (at) => {
    for (let i = at; i < count; i++) {
      const asked = protocols[i] as number;
      if (asked >= 0 && asked !== protocol) continue;
      const enters = interfaces[2 * i] as number;
      if (enters !== 0 && enters !== incoming) continue;
      const leaves = interfaces[2 * i + 1] as number;
      if (leaves !== 0 && leaves !== outgoing) continue;
      const k = 4 * i;
      if (destination < (addresses[k + 2] as number) || destination > (addresses[k + 3] as number)) continue;
      if (source < (addresses[k] as number) || source > (addresses[k + 1] as number)) continue;
      if (destinationTo < (ports[k + 2] as number) || destinationFrom > (ports[k + 3] as number)) continue;
      if (sourceTo < (ports[k] as number) || sourceFrom > (ports[k + 1] as number)) continue;
      return i;
    }
    return count;
  };
}
