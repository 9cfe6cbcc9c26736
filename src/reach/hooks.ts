import { evaluateBaseChain } from "../firewall/evaluate.ts";
import type { Environment, Outcome } from "../firewall/outcome.ts";
import type { Connection, Packet, PortRange, Tuple } from "../firewall/packet.ts";
import type { BaseChain, Hook, Nat, Table } from "../firewall/program.ts";
import { type Address, formatAddress, sameAddress } from "../lib/address.ts";
import type { At } from "./at.ts";
import { directionOf, type Entry, newEntry, translate, viewOf } from "./conntrack.ts";
import { type End, type Flight, land, type Step, withDoubts, withStep } from "./flight.ts";
import { decideNat } from "./nat.ts";
import { addressHasType } from "./routing.ts";
import type { Stack } from "./stack.ts";

/** A packet that a hook let pass, or the end of its way. */
export type Passed = { readonly flight: Flight } | { readonly end: End };

/** What a hook does, in the order of priorities: base chains, conntrack (-200), and the place where NAT rewrites (-100, 100). */
type Stage =
  | ({ readonly kind: "chain" } & Chained)
  | { readonly kind: "conntrack" }
  | {
      readonly kind: "nat";
      readonly side: "source" | "destination";
      readonly chains: readonly Chained[];
    };

interface Chained {
  readonly table: Table;
  readonly base: BaseChain;
}

const plans = new WeakMap<Stack, Map<string, readonly Stage[]>>();

function planOf(stack: Stack, family: 4 | 6, hook: Hook): readonly Stage[] {
  const known = plans.get(stack) ?? new Map<string, readonly Stage[]>();
  plans.set(stack, known);
  const key = `${family} ${hook}`;
  const cached = known.get(key);
  if (cached !== undefined) return cached;
  // A chain without rules that accepts by its policy does nothing.
  const all = stack.firewall[family].firewall.tables.flatMap((table) =>
    table.baseChains
      .filter((base) => base.hook === hook && (base.policy === "drop" || base.chain.rules.length > 0))
      .map((base) => ({ table, base })),
  );
  const side = hook === "prerouting" || hook === "output" ? "destination" : "source";
  const placed: { readonly priority: number; readonly stage: Stage }[] = all
    .filter(({ base }) => base.type === "filter")
    .map((chain) => ({ priority: chain.base.priority, stage: { kind: "chain", ...chain } }));
  if (hook === "prerouting" || hook === "output") placed.push({ priority: -200, stage: { kind: "conntrack" } });
  const nat = {
    priority: side === "destination" ? -100 : 100,
    stage: { kind: "nat", side, chains: all.filter(({ base }) => base.type === "nat") },
  } as const;
  if (hook !== "forward") placed.push(nat);
  const plan = placed.sort((a, b) => a.priority - b.priority).map(({ stage }) => stage);
  known.set(key, plan);
  return plan;
}

/**
 * Calls one netfilter hook of a namespace for a packet: all tables of all back ends by priority, with connection tracking and
 * NAT in their places. One packet may come out as several, where a rule may or may not have matched.
 */
export function runHook(stack: Stack, flight: Flight, hook: Hook, at: At): readonly Passed[] {
  const firewall = stack.firewall[flight.family];
  const begun = withDoubts(withDoubts(flight, [], stack.assumes), [], firewall.assumes);
  const unknown = firewall.unknown.get(hook);
  if (unknown !== undefined) return [{ end: land(begun, stack.id, { kind: "unknown", why: unknown }, unknown) }];
  let passed: readonly Passed[] = [{ flight: begun }];
  for (const stage of planOf(stack, flight.family, hook)) {
    passed = passed.flatMap((one) => ("end" in one ? [one] : runStage(stack, one.flight, hook, at, stage)));
  }
  return passed;
}

function runStage(stack: Stack, flight: Flight, hook: Hook, at: At, stage: Stage): readonly Passed[] {
  switch (stage.kind) {
    case "conntrack":
      return [{ flight: track(stack, flight) }];
    case "chain":
      return runChain(stack, flight, hook, at, stage).map(({ passed }) => passed);
    case "nat":
      return runNat(stack, flight, hook, at, stage);
  }
}

const entriesOf = (stack: Stack, flight: Flight): readonly Entry[] => flight.entries.get(stack.id) ?? [];

/** The packet's own connection; undefined before conntrack and for untracked packets. */
function entryOf(stack: Stack, { tracked, entries }: Flight): Entry | undefined {
  return tracked?.kind === "entry" ? entries.get(stack.id)?.[tracked.index] : undefined;
}

function putEntry(stack: Stack, flight: Flight, index: number, entry: Entry): Flight {
  const before = entriesOf(stack, flight);
  const after = index < before.length ? before.with(index, entry) : [...before, entry];
  return { ...flight, entries: new Map([...flight.entries, [stack.id, after]]) };
}

/** Finds the packet's connection, or begins one (nf_conntrack_in). What came over the loopback was tracked when it was sent. */
function track(stack: Stack, flight: Flight): Flight {
  if (flight.tracked !== null) return flight;
  const entries = entriesOf(stack, flight);
  for (const [index, entry] of entries.entries()) {
    const direction = directionOf(entry, flight.header);
    if (direction === null) continue;
    const related = flight.icmpError !== null;
    const found: Flight = { ...flight, tracked: { kind: "entry", index, direction, related } };
    // An ICMP error does not make the connection that it tells of an established one.
    return direction === "reply" && !related ? putEntry(stack, found, index, { ...entry, seenReply: true }) : found;
  }
  if (isAnswer(flight)) return { ...flight, tracked: { kind: "invalid" } };
  const begun = putEntry(stack, flight, entries.length, newEntry(flight.header, flight.established));
  return { ...begun, tracked: { kind: "entry", index: entries.length, direction: "original", related: false } };
}

/**
 * What begins no connection: a SYN-ACK without its SYN, a reset, an ICMP error, the answer to a ping (tcp_new in
 * nf_conntrack_proto_tcp.c, valid_new in nf_conntrack_proto_icmp.c and nf_conntrack_proto_icmpv6.c).
 */
function isAnswer({ tcpFlags, icmp, icmpError }: Flight): boolean {
  if (icmpError !== null || icmp?.type === 0 || icmp?.type === 129) return true;
  return tcpFlags !== null && ((tcpFlags & 0x12) === 0x12 || (tcpFlags & 0x04) !== 0);
}

interface ChainResult {
  readonly passed: Passed;
  readonly outcome: Outcome;
}

/** One base chain, with a line of the way where its rules did something. */
function runChain(stack: Stack, flight: Flight, hook: Hook, at: At, { table, base }: Chained): readonly ChainResult[] {
  return evaluateBaseChain(table, base, toPacket(stack, flight, at), environmentOf(stack), at.verbose).map(
    (outcome) => {
      const step = hookStep(stack, hook, table, base, outcome);
      const seen = withDoubts(step === null ? flight : withStep(flight, step), outcome.because);
      return { passed: conclude(stack, seen, outcome, table, base, at), outcome };
    },
  );
}

function conclude(stack: Stack, flight: Flight, outcome: Outcome, table: Table, base: BaseChain, at: At): Passed {
  const { verdict, rule } = outcome;
  const by = rule === null ? `the policy of ${base.chain.name}` : rule.text;
  const sources = [rule === null ? base.chain.source : rule.source];
  const atSender = at.incoming === null && at.bridged !== true;
  switch (verdict.kind) {
    case "accept":
    case "nat":
      return { flight: applyChanges(stack, flight, outcome, base.hook === "output" && table.name === "mangle") };
    case "drop":
      return {
        end: land(flight, stack.id, { kind: "dropped", why: `${by} drops it`, atSender }, `dropped by ${by}`, sources),
      };
    case "reject":
      return {
        end: land(
          flight,
          stack.id,
          { kind: "rejected", with: verdict.with, stack: stack.id, port: at.incomingPort ?? null, atSender },
          `rejected with ${verdict.with} by ${by}`,
          sources,
        ),
      };
    case "unknown":
      return { end: land(flight, stack.id, { kind: "unknown", why: verdict.why }, verdict.why, sources) };
  }
}

/**
 * The packet as the rules have changed it. `reroutes`: after the mangle table of OUTPUT a packet with another mark or type of
 * service is routed anew; the other tables do not ask for that (ipt_mangle_out in net/ipv4/netfilter/iptable_mangle.c).
 */
function applyChanges(stack: Stack, flight: Flight, { packet, untracked }: Outcome, reroutes: boolean): Flight {
  const tracked: Flight["tracked"] = untracked && flight.tracked === null ? { kind: "untracked" } : flight.tracked;
  const { mark, tos, ttl } = packet;
  const sameWay = mark === flight.mark && tos === flight.tos;
  const same = sameWay && ttl === flight.ttl && tracked === flight.tracked;
  const reroutedBy = reroutes && !sameWay ? mark : flight.reroutedBy;
  const marked: Flight = same ? flight : { ...flight, mark, tos, ttl, tracked, reroutedBy };
  const entry = entryOf(stack, marked);
  if (entry === undefined || marked.tracked?.kind !== "entry" || entry.mark === packet.connection.mark) return marked;
  return putEntry(stack, marked, marked.tracked.index, { ...entry, mark: packet.connection.mark });
}

/**
 * Lets the nat tables decide, once for each side of a connection and only for its first packet, and writes what was decided
 * into the packet. The first table that decides is the last one asked (nf_nat_core.c, nf_nat_inet_fn).
 */
function runNat(
  stack: Stack,
  flight: Flight,
  hook: Hook,
  at: At,
  { side, chains }: Extract<Stage, { kind: "nat" }>,
): readonly Passed[] {
  const entry = entryOf(stack, flight);
  if (entry === undefined || flight.tracked?.kind !== "entry") return [{ flight }];
  const { index, direction } = flight.tracked;
  const settled: Passed[] = [];
  let open: readonly Flight[] = [flight];
  if (direction === "original" && !entry.decided[side] && flight.icmpError === null) {
    for (const chained of chains) {
      const still: Flight[] = [];
      for (const { passed, outcome } of open.flatMap((one) => runChain(stack, one, hook, at, chained))) {
        if ("end" in passed) settled.push(passed);
        else if (outcome.verdict.kind === "nat")
          settled.push(...applyDecision(stack, passed.flight, outcome.verdict.nat, hook, at));
        else still.push(passed.flight);
      }
      open = still;
    }
    open = open.map((one) =>
      putEntry(stack, one, index, { ...(entryOf(stack, one) ?? entry), decided: { ...entry.decided, [side]: true } }),
    );
  }
  return [...settled, ...open.map((one) => ({ flight: one }))].map((one) =>
    "end" in one ? one : { flight: rewrite(stack, one.flight, side, hook) },
  );
}

function applyDecision(stack: Stack, flight: Flight, nat: Nat, hook: Hook, at: At): readonly Passed[] {
  const entry = entryOf(stack, flight);
  if (entry === undefined || flight.tracked?.kind !== "entry") return [{ flight }];
  const { index } = flight.tracked;
  return decideNat(stack, entry, flight, nat, hook, at).map(({ entry: decided, because }) => ({
    flight: withDoubts(putEntry(stack, flight, index, decided), because),
  }));
}

function rewrite(stack: Stack, flight: Flight, side: "source" | "destination", hook: Hook): Flight {
  const entry = entryOf(stack, flight);
  if (entry === undefined || flight.tracked?.kind !== "entry") return flight;
  const { direction } = flight.tracked;
  const header = translate(entry, direction, side, flight.header);
  const ends = (tuple: Tuple): readonly [Address, PortRange | null] =>
    side === "source" ? [tuple.source, tuple.sourcePort] : [tuple.destination, tuple.destinationPort];
  const [before, after] = [ends(flight.header), ends(header)];
  if (sameAddress(before[0], after[0]) && before[1]?.from === after[1]?.from && before[1]?.to === after[1]?.to)
    return flight;
  const text = `${side} ${describeEnd(...before)} becomes ${describeEnd(...after)}${direction === "reply" ? ", as NAT on the way there asks for" : ""}`;
  // In OUTPUT another destination is another way (nf_nat_ipv4_local_fn in nf_nat_proto.c).
  const reroutedBy = hook === "output" && !sameAddress(before[0], after[0]) ? flight.mark : flight.reroutedBy;
  return withStep({ ...flight, header, reroutedBy }, { kind: "rewrite", namespace: stack.id, text, sources: [] });
}

/** `172.18.0.2:80`, `[fd00::2]:80`; a port of which only the range is known is left out. */
export function describeEnd(address: Address, port: PortRange | null): string {
  const text = formatAddress(address);
  if (port === null || port.from !== port.to) return text;
  return address.family === 6 ? `[${text}]:${port.from}` : `${text}:${port.from}`;
}

/** A hook is worth a line when a rule of it did something, or when its policy ended the packet's way. */
function hookStep(
  stack: Stack,
  hook: Hook,
  table: Table,
  base: BaseChain,
  { verdict, rule, steps }: Outcome,
): Step | null {
  if (steps.length === 0 && verdict.kind === "accept") return null;
  const decided = rule === null ? `policy ${base.policy.toUpperCase()}` : rule.text;
  return {
    kind: "hook",
    namespace: stack.id,
    text: `${table.name} ${base.chain.name}: ${decided}`,
    sources: [rule === null ? base.chain.source : rule.source],
    hook: { hook, table: table.name, chain: base.chain.name, verdict: verdict.kind, rules: steps },
  };
}

const environments = new WeakMap<Stack, Environment>();

function environmentOf(stack: Stack): Environment {
  const known = environments.get(stack);
  if (known !== undefined) return known;
  const made: Environment = {
    addressHasType: (address, types, interfaceName) => addressHasType(stack, address, types, interfaceName),
    ipset: (name) =>
      stack.ipsets === null
        ? { because: `the members of ipset ${name} were not captured` }
        : (stack.ipsets.get(name) ?? null),
  };
  environments.set(stack, made);
  return made;
}

function toPacket(stack: Stack, flight: Flight, at: At): Packet {
  const { family, ttl, tos, mark, owner, tracked, icmpError } = flight;
  const { header, icmp, tcpFlags } = icmpError === null ? flight : asIcmpError(flight, icmpError);
  const entry = entryOf(stack, flight);
  const { source, destination, protocol, sourcePort, destinationPort } = header;
  return {
    source,
    destination,
    protocol,
    sourcePort,
    destinationPort,
    family,
    icmp,
    tcpFlags,
    length: null,
    ttl,
    tos,
    mark,
    incoming: at.incoming,
    outgoing: at.outgoing,
    incomingPort: at.incomingPort ?? null,
    outgoingPort: at.outgoingPort ?? null,
    bridged: at.bridged ?? false,
    castType: at.incoming === "lo" ? "loopback" : "unicast",
    mac: null,
    owner: at.incoming !== null || at.bridged || owner === "no-socket" ? null : (owner ?? { uid: null, gid: null }),
    connection:
      entry !== undefined && tracked?.kind === "entry"
        ? viewOf(entry, tracked.direction, tracked.related)
        : unseen(flight),
  };
}

/** What rules see of an ICMP error: conntrack finds its connection by what it carries, rules look at its own header. */
function asIcmpError(
  { family, header }: Flight,
  { type, code, source }: NonNullable<Flight["icmpError"]>,
): Pick<Flight, "header" | "icmp" | "tcpFlags"> {
  const own: Tuple = {
    protocol: family === 4 ? 1 : 58,
    source: source ?? header.source,
    destination: header.destination,
    sourcePort: null,
    destinationPort: null,
  };
  return { header: own, icmp: { type, code }, tcpFlags: null };
}

/** Before conntrack a packet has no connection, which `-m conntrack` calls invalid (net/netfilter/xt_conntrack.c). */
function unseen({ header, tracked }: Flight): Connection {
  const view = viewOf(newEntry(header, false), "original", false);
  return { ...view, state: tracked?.kind === "untracked" ? "untracked" : "invalid" };
}
