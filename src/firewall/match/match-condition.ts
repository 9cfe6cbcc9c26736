import { isMulticast } from "../../lib/address-class.ts";
import { assertNever } from "../../lib/assert-never.ts";
import { isIcmp } from "../../lib/protocol.ts";
import type { Reason } from "../../reasons/reason.ts";
import type { Environment } from "../outcome.ts";
import type { NumberRange, Packet, PortRange } from "../packet.ts";
import type { AddressRange, Match, Rule, Test } from "../rules.ts";
import { isMaybe, maybe, not, type Tri } from "../tri.ts";
import { matchConnectionPort, matchConnectionStatus } from "./match-connection.ts";
import { matchPort } from "./match-port.ts";
import { matchSet } from "./match-set.ts";

/** Whether a packet meets a condition. */
export function matchCondition(condition: Match, packet: Packet, environment: Environment): Tri {
  const result = matchTest(condition, packet, environment);
  if (!condition.negated) return result;
  return typeof result === "boolean" ? !result : not(result);
}

/**
 * Whether a packet meets all conditions of a rule: false as soon as one is certain to fail. Allocates nothing for a rule
 * that does not match.
 */
export function matchRule(rule: Rule, packet: Packet, environment: Environment): Tri {
  let because: Reason[] | null = null;
  const { conditions } = rule;
  for (let i = 0; i < conditions.length; i++) {
    const result = matchCondition(conditions[i] as Match, packet, environment);
    if (result === false) return false;
    if (result !== true) {
      because ??= [];
      because.push(...result.because);
    }
  }
  return because === null ? true : { because };
}

/** The text of the first condition that is certain to fail; null when there is none. */
export function firstFailed(rule: Rule, packet: Packet, environment: Environment): string | null {
  return rule.conditions.find((one) => matchCondition(one, packet, environment) === false)?.text ?? null;
}

function matchTest(test: Test, packet: Packet, environment: Environment): Tri {
  switch (test.kind) {
    case "interface":
      return isName(test.side === "in" ? packet.incoming : packet.outgoing, test);
    case "address":
      return isIn((test.side === "source" ? packet.source : packet.destination).value, test.ranges);
    case "protocol":
      return packet.protocol === test.protocol;
    case "port":
      return matchPort(test, packet);
    case "connection-state":
      return isState(test.states, packet);
    case "address-mask":
      return ((test.side === "source" ? packet.source : packet.destination).value & test.mask) === test.value;
    case "icmp":
      return matchIcmp(test, packet);
    case "tcp-flags":
      if (packet.tcpFlags === null) return packet.protocol === 6 ? maybe({ code: "tcp-flags-unknown" }) : false;
      return (packet.tcpFlags & test.mask) === test.set;
    case "mark": {
      const mark = test.of === "packet" ? packet.mark : packet.connection.mark;
      return (mark & test.mask) >>> 0 === test.value;
    }
    case "set":
      return matchSet(test, packet, environment);
    case "address-type": {
      const limit = test.limit === null ? null : test.limit === "in" ? packet.incoming : packet.outgoing;
      return environment.addressHasType(test.side === "source" ? packet.source : packet.destination, test.types, limit);
    }
    case "connection-address": {
      const tuple = test.direction === "original" ? packet.connection.original : packet.connection.reply;
      return isIn((test.side === "source" ? tuple.source : tuple.destination).value, test.ranges);
    }
    case "connection-port":
      return matchConnectionPort(test, packet.connection);
    case "connection-direction":
      return packet.connection.direction === test.direction;
    case "connection-protocol":
      return packet.connection.original.protocol === test.protocol;
    case "connection-status":
      return matchConnectionStatus(test.any, packet);
    case "bridge-port":
      return isName(test.side === "in" ? packet.incomingPort : packet.outgoingPort, test);
    case "bridged":
      // Whether a packet is bridged is told by the port it leaves by (`physdev_mt` in net/netfilter/xt_physdev.c).
      return (test.what === "came-by-port" ? packet.incomingPort : packet.outgoingPort) !== null;
    case "cast-type":
      return castTypeOf(packet) === test.castType;
    case "mac":
      return packet.mac === null ? maybe({ code: "mac-unknown" }) : packet.mac === test.mac;
    case "number":
      return matchNumber(test, packet);
    case "owner": {
      if (packet.owner === null) return false;
      const id = packet.owner[test.of];
      if (id === null) return maybe({ code: "socket-owner-unknown", of: test.of });
      return isBetween(id, test.range);
    }
    case "socket-exists":
      return packet.owner !== null;
    case "all-of":
      return matchAll(test.conditions, packet, environment);
    case "any-of":
      return matchAny(test.conditions, packet, environment);
    case "unknowable":
      return maybe({ code: test.isRandom === true ? "match-at-random" : "match-unknowable", why: test.why });
    default:
      return assertNever(test);
  }
}

/** A packet that the hook gives no interface for has the empty name (`nulldevname` in net/ipv4/netfilter/ip_tables.c). */
function isName(name: string | null, test: { readonly name: string; readonly isPrefix: boolean }): boolean {
  const actual = name ?? "";
  return test.isPrefix ? actual.startsWith(test.name) : actual === test.name;
}

function isIn(value: bigint, ranges: readonly AddressRange[]): boolean {
  for (let i = 0; i < ranges.length; i++) {
    const range = ranges[i] as AddressRange;
    if (value >= range.from && value <= range.to) return true;
  }
  return false;
}

const isBetween = (value: number, range: PortRange): boolean => value >= range.from && value <= range.to;

/** SNAT and DNAT are bits beside the state, of packets that have a connection (`conntrack_mt` in xt_conntrack.c). */
function isState(states: Extract<Test, { kind: "connection-state" }>["states"], { connection }: Packet): boolean {
  if (states.includes(connection.state)) return true;
  if (connection.state === "invalid" || connection.state === "untracked") return false;
  return (connection.sourceNat && states.includes("snat")) || (connection.destinationNat && states.includes("dnat"));
}

function matchIcmp(test: Extract<Test, { kind: "icmp" }>, packet: Packet): Tri {
  if (packet.icmp === null) {
    return isIcmp(packet.protocol) ? maybe({ code: "icmp-type-unknown" }) : false;
  }
  return packet.icmp.type === test.type && (test.codes === null || isBetween(packet.icmp.code, test.codes));
}

/** `pkttype_mt` in net/netfilter/xt_pkttype.c: looped back packets are told apart by their destination. */
function castTypeOf(packet: Packet): string {
  if (packet.castType !== "loopback") return packet.castType;
  return isMulticast(packet.destination) ? "multicast" : "broadcast";
}

function matchNumber(test: Extract<Test, { kind: "number" }>, packet: Packet): Tri {
  if (test.of === "ttl") return isTtlIn(packet.ttl, test.range);
  const value = packet[test.of];
  if (value === null) return maybe({ code: "length-unknown" });
  return isBetween(test.mask === null ? value : value & test.mask, test.range);
}

function isTtlIn({ from, to }: NumberRange, range: NumberRange): Tri {
  if (from >= range.from && to <= range.to) return true;
  if (to < range.from || from > range.to) return false;
  return maybe({ code: "ttl-in-range", name: "TTL", from, to });
}

function matchAll(conditions: readonly Match[], packet: Packet, environment: Environment): Tri {
  const because: Reason[] = [];
  for (const condition of conditions) {
    const result = matchCondition(condition, packet, environment);
    if (result === false) return false;
    if (isMaybe(result)) because.push(...result.because);
  }
  return because.length === 0 ? true : { because };
}

function matchAny(conditions: readonly Match[], packet: Packet, environment: Environment): Tri {
  const because: Reason[] = [];
  for (const condition of conditions) {
    const result = matchCondition(condition, packet, environment);
    if (result === true) return true;
    if (isMaybe(result)) because.push(...result.because);
  }
  return because.length === 0 ? false : { because };
}
