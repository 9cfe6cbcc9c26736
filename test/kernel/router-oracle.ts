import { evaluateBaseChain } from "../../src/firewall/match/evaluate.ts";
import type { Environment } from "../../src/firewall/outcome.ts";
import type { Packet } from "../../src/firewall/packet.ts";
import type { BaseChain, Hook, Table } from "../../src/firewall/rules.ts";
import { type Address, parseAddress } from "../../src/lib/address.ts";
import { parseMac } from "../../src/lib/mac.ts";
import { say } from "../../src/reasons/reason.ts";
import type { Sent } from "./generate-packets.ts";
import { connectionOf, type Entry, findEntry, newEntry, noConnection, startsConnection } from "./router-conntrack.ts";
import { deadEnd, deviceTowards, isRouterAddress } from "./router-environment.ts";
import { decide, natChoices } from "./router-nat.ts";
import { bare, links, type Machine } from "./topology.ts";
import { encode } from "./wire.ts";

/** What may become of a packet. */
export type Fate =
  | { readonly kind: "arrives"; readonly machine: Machine; readonly packet: Packet; readonly entry: Entry | null }
  | { readonly kind: "silent"; readonly why: string }
  | { readonly kind: "rejected"; readonly with: string; readonly why: string }
  | { readonly kind: "unknown"; readonly why: string };

/** The rules of the router, and what they may ask. */
export interface RouterRules {
  readonly tables: readonly Table[];
  readonly environment: Environment;
}

/** A packet on its way through the router. */
interface Travelling {
  readonly packet: Packet;
  readonly entry: Entry | null;
  readonly direction: "original" | "reply";
  readonly isLocalOut: boolean;
  /** The mark by which OUTPUT wants it routed anew; null when it does not. */
  readonly reroutedBy: number | null;
}

interface Way {
  readonly onward: readonly Travelling[];
  readonly fates: readonly Fate[];
}

/** Everything that may become of a packet that a machine sends, given the connections that the router knows. */
export function fatesOf(sent: Sent, rules: RouterRules, entries: readonly Entry[]): readonly Fate[] {
  const packet = packetOf(sent);
  if (sent.machine === "router") return localOut(packet, rules, entries);
  const link = links.find((one) => one.machine === sent.machine);
  const peer = links.find((one) => one.addresses.some((text) => isAddress(text, packet.destination)));
  if (peer?.machine === sent.machine) return [{ kind: "silent", why: "it is the sender's own address" }];
  const isOnLink = link !== undefined && deviceTowards(packet.destination) === link.interface;
  if (isOnLink && peer?.interface !== link.interface && !isRouterAddress(packet.destination)) {
    return [{ kind: "silent", why: "nobody on the sender's link has that address" }];
  }
  const port = link?.interface === "br0" ? link.router : null;
  const entering: Packet = { ...packet, incoming: link?.interface ?? null, incomingPort: port };
  if (port === null) return receive(entering, rules, entries);
  return receiveFromPort(entering, peer?.interface === link?.interface, rules, entries);
}

const isAddress = (text: string, address: Address): boolean => parseAddress(bare(text))?.value === address.value;

function packetOf({ machine, uid, wire }: Sent): Packet {
  const source = parseAddress(wire.source);
  const destination = parseAddress(wire.destination);
  if (source === null || destination === null) throw new Error("a packet without addresses");
  const hasPorts = wire.destinationPort !== 0;
  const tuple = {
    source,
    destination,
    protocol: wire.protocol,
    sourcePort: hasPorts ? { from: wire.sourcePort, to: wire.sourcePort } : null,
    destinationPort: hasPorts ? { from: wire.destinationPort, to: wire.destinationPort } : null,
  };
  const bare: Omit<Packet, "connection"> = {
    ...tuple,
    family: wire.family,
    icmp: wire.protocol === 1 || wire.protocol === 58 ? { type: wire.type, code: wire.code } : null,
    tcpFlags: wire.protocol === 6 ? wire.flags : null,
    length: encode(wire).length,
    ttl: { from: wire.ttl, to: wire.ttl },
    tos: wire.tos,
    mark: 0,
    incoming: null,
    outgoing: null,
    incomingPort: null,
    outgoingPort: null,
    bridged: false,
    castType: "unicast",
    mac: parseMac(links.find((link) => link.machine === machine)?.mac ?? ""),
    owner: machine === "router" ? { uid, gid: uid } : null,
  };
  const connection = connectionOf(newEntry({ ...bare, connection: undefined as never }), "original");
  return { ...bare, connection: { ...connection, state: "invalid" } };
}

/** Goes on with every packet that came through, and collects the ends. */
function then(way: Way, next: (one: Travelling) => readonly Fate[]): readonly Fate[] {
  return [...way.fates, ...way.onward.flatMap(next)];
}

const start = (packet: Packet, isLocalOut: boolean): Travelling => ({
  packet,
  entry: null,
  direction: "original",
  isLocalOut,
  reroutedBy: null,
});

function receive(packet: Packet, rules: RouterRules, entries: readonly Entry[]): readonly Fate[] {
  return then(atHook("prerouting", start(packet, false), rules, entries), (one) => routeIn(one, rules, entries));
}

function routeIn(one: Travelling, rules: RouterRules, entries: readonly Entry[]): readonly Fate[] {
  const { packet } = one;
  if (isRouterAddress(packet.destination)) {
    const martian = packet.incoming !== "lo" && isLoopback(packet.destination);
    if (martian) return [{ kind: "silent", why: "a loopback address from outside" }];
    return then(atHook("input", one, rules, entries), (arrived) => [
      { kind: "arrives", machine: "router", packet: arrived.packet, entry: arrived.entry },
    ]);
  }
  const outgoing = deviceTowards(packet.destination);
  const dead = deadEnd(packet.destination, packet.mark);
  if (dead === "blackhole") return [{ kind: "silent", why: "a blackhole route" }];
  if (dead !== null) return [{ kind: "rejected", with: "no-route", why: `a route of type ${dead}` }];
  if (outgoing === null) return [{ kind: "rejected", with: "no-route", why: "no route" }];
  const { from: ttl } = packet.ttl;
  if (ttl <= 1) return [{ kind: "rejected", with: "time-exceeded", why: "its time to live ended" }];
  // ip_forward and ip6_forward count down before the FORWARD hook.
  const forwarded = { ...one, packet: { ...packet, outgoing, ttl: { from: ttl - 1, to: ttl - 1 } } };
  return then(atHook("forward", forwarded, rules, entries), (passed) => leave(passed, rules, entries));
}

const isLoopback = ({ family, value }: Address): boolean => (family === 4 ? value >> 24n === 127n : value === 1n);

/** POSTROUTING and the link; a packet to the router itself comes back in by `lo`. */
function leave(one: Travelling, rules: RouterRules, entries: readonly Entry[]): readonly Fate[] {
  // A bridge names no incoming interface here (`br_nf_post_routing`), while a router does (`ip_output`).
  const leaving = one.packet.bridged ? { ...one, packet: { ...one.packet, incoming: null } } : one;
  return then(atHook("postrouting", leaving, rules, entries), (gone) => {
    const { packet } = gone;
    if (packet.outgoing === "lo") {
      const back: Packet = { ...packet, incoming: "lo", outgoing: null, mac: null, owner: null };
      return then(atHook("prerouting", { ...gone, packet: back }, rules, entries), (again) =>
        routeIn(again, rules, entries),
      );
    }
    const link = links.find(({ addresses }) => addresses.some((text) => isAddress(text, packet.destination)));
    if (link === undefined) return [{ kind: "silent", why: "nobody has that address" }];
    return [{ kind: "arrives", machine: link.machine, packet, entry: gone.entry }];
  });
}

function localOut(packet: Packet, rules: RouterRules, entries: readonly Entry[]): readonly Fate[] {
  const outgoing = isRouterAddress(packet.destination) ? "lo" : deviceTowards(packet.destination);
  const one = start({ ...packet, outgoing }, true);
  return then(atHook("output", one, rules, entries), (sent) => {
    // Once its destination was rewritten the packet is routed again (`nf_nat_ipv4_local_fn`).
    const rerouted = isRouterAddress(sent.packet.destination) ? "lo" : deviceTowards(sent.packet.destination);
    const isDead = sent.reroutedBy !== null && deadEnd(sent.packet.destination, sent.reroutedBy) !== null;
    if (rerouted === null || isDead) return [{ kind: "silent", why: "no route" }];
    return leave({ ...sent, packet: { ...sent.packet, outgoing: rerouted } }, rules, entries);
  });
}

/**
 * A packet that a bridge port takes in, with bridge-nf-call-iptables=1 (`br_nf_pre_routing_finish` in br_netfilter_hooks.c).
 * One that gets a destination on the same bridge is bridged there, also when it was on its way to the router; one that gets
 * another is routed, also when it was not.
 */
function receiveFromPort(
  packet: Packet,
  isBridged: boolean,
  rules: RouterRules,
  entries: readonly Entry[],
): readonly Fate[] {
  const entering = start({ ...packet, bridged: isBridged }, false);
  return then(atHook("prerouting", entering, rules, entries), (one) => {
    const { destination } = one.packet;
    const changed = destination.value !== packet.destination.value;
    const isDead = changed && deadEnd(destination, one.packet.mark) !== null;
    // IPv6 gives up at once (`br_nf_pre_routing_finish_ipv6`), IPv4 lets the router say so.
    if (isDead && packet.family === 6) return [{ kind: "silent", why: "no route for its new destination" }];
    const staysOnBridge = !isDead && !isRouterAddress(destination) && deviceTowards(destination) === packet.incoming;
    if (!(changed ? staysOnBridge : isBridged)) {
      return routeIn({ ...one, packet: { ...one.packet, bridged: false } }, rules, entries);
    }
    const port = links.find(({ addresses }) => addresses.some((text) => isAddress(text, destination)))?.router;
    if (port === undefined) return [{ kind: "silent", why: "nobody on the bridge has that address" }];
    const bridged: Packet = { ...one.packet, bridged: true, outgoing: packet.incoming, outgoingPort: port };
    if (port === packet.incomingPort) return [{ kind: "silent", why: "it would leave by the port it came by" }];
    return then(atHook("forward", { ...one, packet: bridged }, rules, entries), (passed) =>
      leave(passed, rules, entries),
    );
  });
}

const conntrackPriority = -200;

/** Sends a packet through all chains of a hook, conntrack between raw and the rest included. */
function atHook(hook: Hook, one: Travelling, rules: RouterRules, entries: readonly Entry[]): Way {
  const chains = rules.tables
    .flatMap((table) => table.baseChains.map((base) => ({ table, base })))
    .filter(({ table, base }) => base.hook === hook && table.family === one.packet.family)
    .sort((a, b) => a.base.priority - b.base.priority);
  let way: Way = { onward: [one], fates: [] };
  const tracks = hook === "prerouting" || hook === "output";
  if (tracks) {
    for (const { table, base } of chains.filter(({ base }) => base.priority < conntrackPriority)) {
      way = through(way, (each) => atChain(table, base, each, rules));
    }
    way = { ...way, onward: way.onward.map((each) => track(each, entries)) };
  }
  const natAt = hook === "prerouting" || hook === "output" ? -100 : hook === "forward" ? null : 100;
  for (const { table, base } of chains.filter(({ base }) => !tracks || base.priority > conntrackPriority)) {
    if (natAt !== null && base.priority > natAt)
      way = { ...way, onward: way.onward.map((each) => rewrite(hook, each)) };
    way = through(way, (each) => atChain(table, base, each, rules));
  }
  return natAt === null ? way : { ...way, onward: way.onward.map((each) => rewrite(hook, each)) };
}

function through(way: Way, next: (one: Travelling) => Way): Way {
  const ways = way.onward.map(next);
  return { onward: ways.flatMap(({ onward }) => onward), fates: [...way.fates, ...ways.flatMap(({ fates }) => fates)] };
}

/** `nf_conntrack_in`: what comes back by `lo` has its connection already. */
function track(one: Travelling, entries: readonly Entry[]): Travelling {
  const { packet } = one;
  if (one.entry !== null || packet.connection.state === "untracked") return one;
  const found = findEntry(entries, packet);
  const entry = found?.entry ?? (startsConnection(packet) ? newEntry(packet) : null);
  if (entry === null) return { ...one, packet: { ...packet, connection: noConnection(packet, "invalid") } };
  const direction = found?.direction ?? "original";
  const seen = direction === "reply" ? { ...entry, seenReply: true } : entry;
  return { ...one, entry: seen, direction, packet: { ...packet, connection: connectionOf(seen, direction) } };
}

const sideAt = (hook: Hook): "source" | "destination" =>
  hook === "prerouting" || hook === "output" ? "destination" : "source";

function atChain(table: Table, base: BaseChain, one: Travelling, rules: RouterRules): Way {
  const side = sideAt(base.hook);
  if (base.type === "nat" && (one.entry === null || one.entry.decided[side])) return { onward: [one], fates: [] };
  const onward: Travelling[] = [];
  const fates: Fate[] = [];
  for (const outcome of evaluateBaseChain(table, base, one.packet, rules.environment, false)) {
    const { verdict } = outcome;
    const why = outcome.rule?.text ?? `policy of ${table.name} ${base.chain.name}`;
    const entry = one.entry && { ...one.entry, mark: outcome.packet.connection.mark };
    const isChanged = outcome.packet.mark !== one.packet.mark || outcome.packet.tos !== one.packet.tos;
    const reroutes = base.hook === "output" && table.name === "mangle" && isChanged;
    const reroutedBy = reroutes ? outcome.packet.mark : one.reroutedBy;
    const passed: Travelling = { ...one, packet: outcome.packet, entry, reroutedBy };
    if (verdict.kind === "accept") onward.push(passed);
    else if (verdict.kind === "drop") fates.push({ kind: "silent", why });
    else if (verdict.kind === "reject") fates.push({ kind: "rejected", with: verdict.with, why });
    else if (verdict.kind === "unknown") fates.push({ kind: "unknown", why: say(verdict.why) });
    else {
      const { incoming, outgoing, family } = one.packet;
      const found = natChoices(verdict.nat, one.packet, { family, isLocalOut: one.isLocalOut, incoming, outgoing });
      if (found === null || entry === null) fates.push({ kind: "unknown", why: `${why}: no address to take` });
      else for (const choice of found.choices) onward.push({ ...passed, entry: decide(entry, found.side, choice) });
    }
  }
  return { onward, fates };
}

/** Writes to the packet what its connection says for this hook (`nf_nat_packet`); no NAT rule means it stays as it is. */
function rewrite(hook: Hook, one: Travelling): Travelling {
  if (one.entry === null) return one;
  const side = sideAt(hook);
  const entry = one.entry.decided[side] ? one.entry : decide(one.entry, side, null);
  const other = one.direction === "original" ? entry.reply : entry.original;
  const packet =
    side === "source"
      ? { ...one.packet, source: other.destination, sourcePort: other.destinationPort }
      : { ...one.packet, destination: other.source, destinationPort: other.sourcePort };
  const connection = { ...connectionOf(entry, one.direction), mark: one.packet.connection.mark };
  const reroutes = hook === "output" && packet.destination.value !== one.packet.destination.value;
  return { ...one, entry, packet: { ...packet, connection }, reroutedBy: reroutes ? packet.mark : one.reroutedBy };
}
