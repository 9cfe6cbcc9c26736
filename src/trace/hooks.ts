import { environmentOf } from "../dataplane/environment.ts";
import type { HookState } from "../dataplane/hook-state.ts";
import type { Stack } from "../dataplane/types.ts";
import { evaluateBaseChain } from "../firewall/match/evaluate.ts";
import type { ChainOutcome, Environment } from "../firewall/outcome.ts";
import type { BaseChain, Hook, Table } from "../firewall/rules.ts";
import { onceFor } from "../lib/once-for.ts";
import { endPath, type PacketState, type PathEnd, type Step, withDoubts, withStep } from "./packet-state.ts";
import { applyDecision, rewrite } from "./rewrite.ts";
import { toPacket } from "./seen-packet.ts";
import { entryOf, putEntry, track } from "./tracking.ts";

/** A packet that a hook let pass, or the end of its way. */
export type Passed = { readonly packet: PacketState } | { readonly end: PathEnd };

/**
 * What a hook does, in the order of priorities: base chains, conntrack (-200), and the place where NAT rewrites (-100, 100), which
 * calls the chains of NAT in the order of theirs (`nf_nat_register_fn` in net/netfilter/nf_nat_core.c).
 */
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
    .filter(({ base }) => base.type !== "nat")
    .map((chain) => ({ priority: chain.base.priority, stage: { kind: "chain", ...chain } }));
  if (hook === "prerouting" || hook === "output") placed.push({ priority: -200, stage: { kind: "conntrack" } });
  const nat = {
    priority: side === "destination" ? -100 : 100,
    stage: {
      kind: "nat",
      side,
      chains: all.filter(({ base }) => base.type === "nat").sort((a, b) => a.base.priority - b.base.priority),
    },
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
  if (unknown !== undefined) return [{ end: endPath(begun, stack.name, { kind: "unknown", why: unknown }) }];
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
  return evaluateBaseChain(table, base, toPacket(stack, packet, at), environmentFor(stack, packet), at.verbose).map(
    (outcome) => {
      const step = hookStep(stack, hook, table, base, outcome);
      const seen = withDoubts(step === null ? packet : withStep(packet, step), outcome.because);
      return { passed: conclude(stack, seen, outcome, base, at), outcome };
    },
  );
}

function conclude(stack: Stack, packet: PacketState, outcome: ChainOutcome, base: BaseChain, at: HookState): Passed {
  const { verdict, rule } = outcome;
  const by = rule === null ? `the policy of ${base.chain.name}` : rule.text;
  const sources = [rule === null ? base.chain.source : rule.source];
  const atSender = at.incoming === null && at.bridged !== true;
  switch (verdict.kind) {
    case "accept":
    case "nat":
      return { packet: applyChanges(stack, packet, outcome, base.type === "route") };
    case "drop":
      return {
        end: endPath(
          packet,
          stack.name,
          { kind: "dropped", why: { code: "rules-dropped", by }, atSender },
          sources,
          `dropped by ${by}`,
        ),
      };
    case "reject":
      return {
        end: endPath(
          packet,
          stack.name,
          {
            kind: "rejected",
            with: verdict.with,
            why: { code: "rules-rejected", with: verdict.with, by },
            stack,
            port: at.incomingPort ?? null,
            atSender,
          },
          sources,
        ),
      };
    case "unknown":
      return { end: endPath(packet, stack.name, { kind: "unknown", why: verdict.why }, sources) };
  }
}

/**
 * The packet as the rules have changed it. `reroutes`: after the mangle table of OUTPUT a packet with another mark or type of
 * service is routed anew; the other tables do not ask for that (ipt_mangle_out in net/ipv4/netfilter/iptable_mangle.c).
 */
function applyChanges(
  stack: Stack,
  packet: PacketState,
  { packet: changed, untracked, changedSets }: ChainOutcome,
  reroutes: boolean,
): PacketState {
  const tracked: PacketState["tracked"] = untracked && packet.tracked === null ? { kind: "untracked" } : packet.tracked;
  const { mark, tos, ttl } = changed;
  const sameWay = mark === packet.mark && tos === packet.tos;
  const sets = withChangedSets(packet, stack, changedSets);
  const same = sameWay && ttl === packet.ttl && tracked === packet.tracked && sets === packet.changedSets;
  const reroutedBy = reroutes && !sameWay ? mark : packet.reroutedBy;
  const marked: PacketState = same ? packet : { ...packet, mark, tos, ttl, tracked, reroutedBy, changedSets: sets };
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
          settled.push(
            ...applyDecision(stack, passed.packet, outcome.verdict.nat, hook, at).map((one) => ({ packet: one })),
          );
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
    namespace: stack.name,
    text: `${table.name} ${base.chain.name}: ${decided}`,
    sources: [rule === null ? base.chain.source : rule.source],
    hook: { hook, table: table.name, chain: base.chain.name, verdict: verdict.kind, rules: steps },
  };
}

/** Notes which sets of the namespace are not what was captured any more. */
function withChangedSets(packet: PacketState, stack: Stack, now: readonly string[]): PacketState["changedSets"] {
  return now === environmentFor(stack, packet).changedSets
    ? packet.changedSets
    : new Map([...packet.changedSets, [stack.key, now]]);
}

/** What the packet's namespace tells its rules; what rules before have made of its sets nobody knows. */
function environmentFor(stack: Stack, { changedSets }: PacketState): Environment {
  const changed = changedSets.get(stack.key);
  return changed === undefined ? environmentOf(stack) : { ...environmentOf(stack), changedSets: changed };
}
