import { type ConntrackEntry, directionOf, newEntry, translate, viewOf } from "../dataplane/conntrack.ts";
import type { HookState } from "../dataplane/hook-state.ts";
import { decideNat } from "../dataplane/nat.ts";
import { addressHasType } from "../dataplane/routing.ts";
import type { Stack } from "../dataplane/types.ts";
import { evaluateBaseChain } from "../firewall/match/evaluate.ts";
import type { ChainOutcome, Environment } from "../firewall/outcome.ts";
import type { Connection, Packet, PortRange, Tuple } from "../firewall/packet.ts";
import type { BaseChain, Hook, Nat, Table } from "../firewall/rules.ts";
import { type Address, formatAddress, sameAddress } from "../lib/address.ts";
import { formatEndpoint } from "../lib/endpoint.ts";
import { onceFor } from "../lib/once-for.ts";
import { endPath, type PacketState, type PathEnd, type Step, withDoubts, withStep } from "./packet-state.ts";

/** A packet that a hook let pass, or the end of its way. */
export type Passed = { readonly packet: PacketState } | { readonly end: PathEnd };

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

const plansOf = onceFor((_: Stack) => new Map<string, readonly Stage[]>());

function planOf(stack: Stack, family: 4 | 6, hook: Hook): readonly Stage[] {
  const known = plansOf(stack);
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
export function runHook(stack: Stack, packet: PacketState, hook: Hook, at: HookState): readonly Passed[] {
  const firewall = stack.firewall[packet.family];
  const begun = withDoubts(withDoubts(packet, [], stack.assumes), [], firewall.assumes);
  const unknown = firewall.unknown.get(hook);
  if (unknown !== undefined) return [{ end: endPath(begun, stack.id, { kind: "unknown", why: unknown }) }];
  let passed: readonly Passed[] = [{ packet: begun }];
  for (const stage of planOf(stack, packet.family, hook)) {
    passed = passed.flatMap((one) => ("end" in one ? [one] : runStage(stack, one.packet, hook, at, stage)));
  }
  return passed;
}

function runStage(stack: Stack, packet: PacketState, hook: Hook, at: HookState, stage: Stage): readonly Passed[] {
  switch (stage.kind) {
    case "conntrack":
      return [{ packet: track(stack, packet) }];
    case "chain":
      return runChain(stack, packet, hook, at, stage).map(({ passed }) => passed);
    case "nat":
      return runNat(stack, packet, hook, at, stage);
  }
}

const entriesOf = (stack: Stack, packet: PacketState): readonly ConntrackEntry[] => packet.entries.get(stack.id) ?? [];

/** The packet's own connection; undefined before conntrack and for untracked packets. */
function entryOf(stack: Stack, { tracked, entries }: PacketState): ConntrackEntry | undefined {
  return tracked?.kind === "entry" ? entries.get(stack.id)?.[tracked.index] : undefined;
}

function putEntry(stack: Stack, packet: PacketState, index: number, entry: ConntrackEntry): PacketState {
  const before = entriesOf(stack, packet);
  const after = index < before.length ? before.with(index, entry) : [...before, entry];
  return { ...packet, entries: new Map([...packet.entries, [stack.id, after]]) };
}

/** Finds the packet's connection, or begins one (nf_conntrack_in). What came over the loopback was tracked when it was sent. */
function track(stack: Stack, packet: PacketState): PacketState {
  if (packet.tracked !== null) return packet;
  const entries = entriesOf(stack, packet);
  for (const [index, entry] of entries.entries()) {
    const direction = directionOf(entry, packet.header);
    if (direction === null) continue;
    const related = packet.icmpError !== null;
    const found: PacketState = { ...packet, tracked: { kind: "entry", index, direction, related } };
    // An ICMP error does not make the connection that it tells of an established one.
    return direction === "reply" && !related ? putEntry(stack, found, index, { ...entry, seenReply: true }) : found;
  }
  if (isAnswer(packet)) return { ...packet, tracked: { kind: "invalid" } };
  const begun = putEntry(stack, packet, entries.length, newEntry(packet.header, packet.established));
  return { ...begun, tracked: { kind: "entry", index: entries.length, direction: "original", related: false } };
}

/**
 * What begins no connection: a SYN-ACK without its SYN, a reset, an ICMP error, the answer to a ping (tcp_new in
 * nf_conntrack_proto_tcp.c, valid_new in nf_conntrack_proto_icmp.c and nf_conntrack_proto_icmpv6.c).
 */
function isAnswer({ tcpFlags, icmp, icmpError }: PacketState): boolean {
  if (icmpError !== null || icmp?.type === 0 || icmp?.type === 129) return true;
  return tcpFlags !== null && ((tcpFlags & 0x12) === 0x12 || (tcpFlags & 0x04) !== 0);
}

interface ChainResult {
  readonly passed: Passed;
  readonly outcome: ChainOutcome;
}

/** One base chain, with a line of the way where its rules did something. */
function runChain(
  stack: Stack,
  packet: PacketState,
  hook: Hook,
  at: HookState,
  { table, base }: Chained,
): readonly ChainResult[] {
  return evaluateBaseChain(table, base, toPacket(stack, packet, at), environmentOf(stack), at.verbose).map(
    (outcome) => {
      const step = hookStep(stack, hook, table, base, outcome);
      const seen = withDoubts(step === null ? packet : withStep(packet, step), outcome.because);
      return { passed: conclude(stack, seen, outcome, table, base, at), outcome };
    },
  );
}

function conclude(
  stack: Stack,
  packet: PacketState,
  outcome: ChainOutcome,
  table: Table,
  base: BaseChain,
  at: HookState,
): Passed {
  const { verdict, rule } = outcome;
  const by = rule === null ? `the policy of ${base.chain.name}` : rule.text;
  const sources = [rule === null ? base.chain.source : rule.source];
  const atSender = at.incoming === null && at.bridged !== true;
  switch (verdict.kind) {
    case "accept":
    case "nat":
      return { packet: applyChanges(stack, packet, outcome, base.hook === "output" && table.name === "mangle") };
    case "drop":
      return {
        end: endPath(
          packet,
          stack.id,
          { kind: "dropped", why: { code: "rules-dropped", by }, atSender },
          sources,
          `dropped by ${by}`,
        ),
      };
    case "reject":
      return {
        end: endPath(
          packet,
          stack.id,
          {
            kind: "rejected",
            with: verdict.with,
            why: { code: "rules-rejected", with: verdict.with, by },
            stack: stack.id,
            port: at.incomingPort ?? null,
            atSender,
          },
          sources,
        ),
      };
    case "unknown":
      return { end: endPath(packet, stack.id, { kind: "unknown", why: verdict.why }, sources) };
  }
}

/**
 * The packet as the rules have changed it. `reroutes`: after the mangle table of OUTPUT a packet with another mark or type of
 * service is routed anew; the other tables do not ask for that (ipt_mangle_out in net/ipv4/netfilter/iptable_mangle.c).
 */
function applyChanges(
  stack: Stack,
  packet: PacketState,
  { packet: changed, untracked }: ChainOutcome,
  reroutes: boolean,
): PacketState {
  const tracked: PacketState["tracked"] = untracked && packet.tracked === null ? { kind: "untracked" } : packet.tracked;
  const { mark, tos, ttl } = changed;
  const sameWay = mark === packet.mark && tos === packet.tos;
  const same = sameWay && ttl === packet.ttl && tracked === packet.tracked;
  const reroutedBy = reroutes && !sameWay ? mark : packet.reroutedBy;
  const marked: PacketState = same ? packet : { ...packet, mark, tos, ttl, tracked, reroutedBy };
  const entry = entryOf(stack, marked);
  if (entry === undefined || marked.tracked?.kind !== "entry" || entry.mark === changed.connection.mark) return marked;
  return putEntry(stack, marked, marked.tracked.index, { ...entry, mark: changed.connection.mark });
}

/**
 * Lets the nat tables decide, once for each side of a connection and only for its first packet, and writes what was decided
 * into the packet. The first table that decides is the last one asked (nf_nat_core.c, nf_nat_inet_fn).
 */
function runNat(
  stack: Stack,
  packet: PacketState,
  hook: Hook,
  at: HookState,
  { side, chains }: Extract<Stage, { kind: "nat" }>,
): readonly Passed[] {
  const entry = entryOf(stack, packet);
  if (entry === undefined || packet.tracked?.kind !== "entry") return [{ packet }];
  const { index, direction } = packet.tracked;
  const settled: Passed[] = [];
  let open: readonly PacketState[] = [packet];
  if (direction === "original" && !entry.decided[side] && packet.icmpError === null) {
    for (const chained of chains) {
      const still: PacketState[] = [];
      for (const { passed, outcome } of open.flatMap((one) => runChain(stack, one, hook, at, chained))) {
        if ("end" in passed) settled.push(passed);
        else if (outcome.verdict.kind === "nat")
          settled.push(...applyDecision(stack, passed.packet, outcome.verdict.nat, hook, at));
        else still.push(passed.packet);
      }
      open = still;
    }
    open = open.map((one) =>
      putEntry(stack, one, index, { ...(entryOf(stack, one) ?? entry), decided: { ...entry.decided, [side]: true } }),
    );
  }
  return [...settled, ...open.map((one) => ({ packet: one }))].map((one) =>
    "end" in one ? one : { packet: rewrite(stack, one.packet, side, hook) },
  );
}

function applyDecision(stack: Stack, packet: PacketState, nat: Nat, hook: Hook, at: HookState): readonly Passed[] {
  const entry = entryOf(stack, packet);
  if (entry === undefined || packet.tracked?.kind !== "entry") return [{ packet }];
  const { index } = packet.tracked;
  return decideNat(stack, entry, packet, nat, hook, at).map(({ entry: decided, because }) => ({
    packet: withDoubts(putEntry(stack, packet, index, decided), because),
  }));
}

function rewrite(stack: Stack, packet: PacketState, side: "source" | "destination", hook: Hook): PacketState {
  const entry = entryOf(stack, packet);
  if (entry === undefined || packet.tracked?.kind !== "entry") return packet;
  const { direction } = packet.tracked;
  const header = translate(entry, direction, side, packet.header);
  const ends = (tuple: Tuple): readonly [Address, PortRange | null] =>
    side === "source" ? [tuple.source, tuple.sourcePort] : [tuple.destination, tuple.destinationPort];
  const [before, after] = [ends(packet.header), ends(header)];
  if (sameAddress(before[0], after[0]) && before[1]?.from === after[1]?.from && before[1]?.to === after[1]?.to)
    return packet;
  const text = `${side} ${describeEnd(...before)} becomes ${describeEnd(...after)}${direction === "reply" ? ", as NAT on the way there asks for" : ""}`;
  // In OUTPUT another destination is another way (nf_nat_ipv4_local_fn in nf_nat_proto.c).
  const reroutedBy = hook === "output" && !sameAddress(before[0], after[0]) ? packet.mark : packet.reroutedBy;
  return withStep({ ...packet, header, reroutedBy }, { kind: "rewrite", namespace: stack.id, text, sources: [] });
}

/** `172.18.0.2:80`, `[fd00::2]:80`; a port of which only the range is known is left out. */
export function describeEnd(address: Address, port: PortRange | null): string {
  if (port === null || port.from !== port.to) return formatAddress(address);
  return formatEndpoint(address, port.from);
}

/** A hook is worth a line when a rule of it did something, or when its policy ended the packet's way. */
function hookStep(
  stack: Stack,
  hook: Hook,
  table: Table,
  base: BaseChain,
  { verdict, rule, steps }: ChainOutcome,
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

const environmentOf = onceFor(
  (stack: Stack): Environment => ({
    addressHasType: (address, types, interfaceName) => addressHasType(stack, address, types, interfaceName),
    ipset: (name) =>
      stack.ipsets === null
        ? { because: { code: "sets-missing", set: name, lacks: "ipset-save" } }
        : (stack.ipsets.get(name) ?? null),
  }),
);

function toPacket(stack: Stack, packet: PacketState, at: HookState): Packet {
  const { family, ttl, tos, mark, owner, tracked, icmpError } = packet;
  const { header, icmp, tcpFlags } = icmpError === null ? packet : asIcmpError(packet, icmpError);
  const entry = entryOf(stack, packet);
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
        : unseen(packet),
  };
}

/** What rules see of an ICMP error: conntrack finds its connection by what it carries, rules look at its own header. */
function asIcmpError(
  { family, header }: PacketState,
  { type, code, source }: NonNullable<PacketState["icmpError"]>,
): Pick<PacketState, "header" | "icmp" | "tcpFlags"> {
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
function unseen({ header, tracked }: PacketState): Connection {
  const view = viewOf(newEntry(header, false), "original", false);
  return { ...view, state: tracked?.kind === "untracked" ? "untracked" : "invalid" };
}
