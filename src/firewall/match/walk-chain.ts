import { onceEach, type Reason } from "../../reasons/reason.ts";
import type { ChainOutcome, Environment, RuleStep } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import type { Chain, Hook, Nat, Rule, Table } from "../rules.ts";
import { isMaybe } from "../tri.ts";
import { firstFailed, matchRule } from "./match-condition.ts";
import { makePrefilter, type PacketKey } from "./prefilter.ts";
import { changedPacket } from "./rewrite-packet.ts";

/** The steps of one way through the rules, the last first: ways that part share what they have in common. */
export interface StepList {
  readonly step: RuleStep;
  readonly before: StepList | null;
}

/** One way that the packet may have come. */
export interface State {
  readonly packet: Packet;
  readonly untracked: boolean;
  /** Sets that rules on the way have changed: what is in them now is not what was captured. */
  readonly changedSets: readonly string[];
  readonly steps: StepList | null;
  /** What had to be assumed to come this way. */
  readonly because: readonly Reason[];
}

/** One way that has ended. */
export interface Ended {
  readonly verdict: ChainOutcome["verdict"];
  readonly rule: Rule | null;
  readonly state: State;
}

/** The evaluation of one base chain. */
export interface ChainEvaluation {
  readonly table: Table;
  readonly hook: Hook;
  readonly environment: Environment;
  readonly verbose: boolean;
  readonly screened: PacketKey;
  readonly ended: Ended[];
  /** The chains being walked, to notice loops. */
  readonly active: Set<Chain>;
  /** The chains that have been walked before. */
  readonly walked: Set<Chain>;
  /** Rules that may still be tested once more. */
  budget: number;
  /** Set when the evaluation has been given up. */
  stopped: boolean;
}

/** The most ways that are followed at once. */
const mostWays = 64;
/** The most chains inside each other: nf_tables allows 16 (NFT_JUMP_STACK_SIZE), rules that people write need fewer. */
const mostChains = 200;
/** The most rules that are tested in chains walked before, for one packet at one hook: chains for logging or marking are short. */
export const mostRepeats = 20_000;

/**
 * Walks the states through a chain and returns those that leave it without a verdict, by RETURN or at its end. Verdicts
 * are added to `evaluation.ended`. A rule that may or may not match sends a state both ways; ways that are the same again
 * become one.
 */
export function walkChain(evaluation: ChainEvaluation, chain: Chain, entering: readonly State[]): readonly State[] {
  const [first] = entering;
  if (first === undefined || evaluation.stopped) return [];
  if (evaluation.active.has(chain)) return giveUp(evaluation, first, { code: "chain-loop", chain: chain.name });
  if (evaluation.active.size >= mostChains)
    return giveUp(evaluation, first, { code: "chains-too-deep", most: mostChains });
  // Chains that are walked once cost as much as there are rules; walking them again may cost any power of that.
  if (evaluation.walked.has(chain)) evaluation.budget -= (chain.rules.length + 1) * entering.length;
  if (evaluation.budget < 0) return giveUp(evaluation, first, { code: "rules-too-many", most: mostRepeats });

  evaluation.walked.add(chain);
  evaluation.active.add(chain);
  const leaving: State[] = [];
  let live = entering;
  const { rules } = chain;
  const nextRule = evaluation.verbose
    ? (at: number) => at
    : makePrefilter(chain, evaluation.table.family, evaluation.screened);
  for (let i = nextRule(0); i < rules.length && live.length > 0; i = nextRule(i + 1)) {
    const rule = rules[i] as Rule;
    // Most rules do not match the one state there is: nothing is allocated for them.
    if (live.length === 1 && !evaluation.verbose) {
      const state = live[0] as State;
      const matched = matchRule(rule, state.packet, environmentOf(evaluation, state));
      if (matched === false) continue;
    }
    const next: State[] = [];
    for (const state of live) applyRule(evaluation, chain, rule, state, next, leaving);
    live = mergeStates(next);
    if (live.length + leaving.length + evaluation.ended.length > mostWays) {
      giveUp(evaluation, live[0] ?? first, { code: "rule-ways-too-many", most: mostWays });
    }
    if (evaluation.stopped) return [];
  }
  evaluation.active.delete(chain);
  return mergeStates(leaving.concat(live));
}

/** Ends the evaluation: whatever else may happen is not known. */
function giveUp(evaluation: ChainEvaluation, state: State, why: Reason): readonly State[] {
  evaluation.stopped = true;
  evaluation.ended.push({ verdict: { kind: "unknown", why }, rule: null, state });
  return [];
}

/** Sets that rules have changed meanwhile are not what was captured any more. */
function environmentOf(evaluation: ChainEvaluation, state: State): Environment {
  if (state.changedSets.length === 0) return evaluation.environment;
  return {
    addressHasType: evaluation.environment.addressHasType.bind(evaluation.environment),
    ipset: (name) =>
      state.changedSets.includes(name)
        ? { because: { code: "set-changed", set: name } }
        : evaluation.environment.ipset(name),
  };
}

/** Takes a state past one rule: what goes on in this chain is added to `next`, what leaves it to `leaving`. */
function applyRule(
  evaluation: ChainEvaluation,
  chain: Chain,
  rule: Rule,
  state: State,
  next: State[],
  leaving: State[],
): void {
  const environment = environmentOf(evaluation, state);
  const matched = matchRule(rule, state.packet, environment);
  if (matched === false) {
    if (!evaluation.verbose) next.push(state);
    else next.push(withStep(state, chain, rule, "passed", firstFailed(rule, state.packet, environment), []));
    return;
  }
  const because = isMaybe(matched) ? onceEach(matched.because) : [];
  if (rule.action.kind === "continue") {
    next.push(withStep(state, chain, rule, "matched", null, because));
    return;
  }
  const assuming = because.length === 0 ? state : { ...state, because: [...state.because, ...because] };
  const ways = takeAction(evaluation, chain, rule, assuming, because);
  if (because.length === 0) {
    for (const way of ways.onward) next.push(way);
    for (const way of ways.leaving) leaving.push(way);
    return;
  }
  const around = evaluation.verbose ? withStep(assuming, chain, rule, "passed", null, because) : assuming;
  // A rule that makes no difference was not worth an assumption (a jump to a chain that only logs).
  const noDifference = !ways.ended && ways.leaving.length === 0 && ways.onward.every((way) => sameState(way, around));
  if (noDifference) {
    next.push(withStep(state, chain, rule, "matched", null, because));
    return;
  }
  next.push(...ways.onward, around);
  leaving.push(...ways.leaving);
}

interface Ways {
  readonly onward: readonly State[];
  readonly leaving: readonly State[];
  /** Whether any way ended in a verdict. */
  readonly ended: boolean;
}

/** Does what a rule that matches says. */
function takeAction(
  evaluation: ChainEvaluation,
  chain: Chain,
  rule: Rule,
  state: State,
  because: readonly Reason[],
): Ways {
  const { action } = rule;
  const matched = withStep(state, chain, rule, "matched", null, because);
  const end = (verdict: ChainOutcome["verdict"]): Ways => {
    evaluation.ended.push({ verdict, rule, state: withStep(state, chain, rule, "decided", null, because) });
    return { onward: [], leaving: [], ended: true };
  };
  switch (action.kind) {
    case "accept":
    case "drop":
      return end({ kind: action.kind });
    case "reject":
      return end({ kind: "reject", with: action.with });
    case "nat":
      return end({
        kind: "nat",
        nat: action.nat.kind === "netmap" ? netmapAt(action.nat, evaluation.hook) : action.nat,
      });
    case "unknowable":
      return end({ kind: "unknown", why: { code: "action-unknowable", why: action.why } });
    case "return":
      return { onward: [], leaving: [matched], ended: false };
    case "jump":
    case "goto": {
      const target = evaluation.table.chains.get(action.chain);
      if (target === undefined) return end({ kind: "unknown", why: { code: "chain-missing", chain: action.chain } });
      const before = evaluation.ended.length;
      const back = walkChain(evaluation, target, [matched]);
      const ended = evaluation.ended.length > before;
      // A goto leaves nothing to come back to: its chain's end is the end of this one (ipt_do_table pushes no entry for it).
      return action.kind === "jump" ? { onward: back, leaving: [], ended } : { onward: [], leaving: back, ended };
    }
    default:
      return { onward: [changeState(matched, action)], leaving: [], ended: false };
  }
}

function changeState(state: State, action: Rule["action"]): State {
  if (action.kind === "notrack") {
    // What comes by the loopback has its connection already (`xt_ct_target` in net/netfilter/xt_CT.c).
    const { state: known } = state.packet.connection;
    if (known !== "invalid" && known !== "untracked") return state;
    const connection = { ...state.packet.connection, state: "untracked" as const };
    return { ...state, untracked: true, packet: { ...state.packet, connection } };
  }
  if (action.kind === "change-set") {
    return state.changedSets.includes(action.set)
      ? state
      : { ...state, changedSets: [...state.changedSets, action.set].sort() };
  }
  return { ...state, packet: changedPacket(state.packet, action) };
}

/** `netmap_tg4` in net/netfilter/xt_NETMAP.c: the destination before routing, else the source. */
function netmapAt(nat: Extract<Nat, { kind: "netmap" }>, hook: Hook): typeof nat {
  return { ...nat, side: hook === "prerouting" || hook === "output" ? "destination" : "source" };
}

function withStep(
  state: State,
  chain: Chain,
  rule: Rule,
  effect: RuleStep["effect"],
  failed: string | null,
  because: readonly Reason[],
): State {
  return { ...state, steps: { step: { rule, chain: chain.name, effect, failed, because }, before: state.steps } };
}

/** Whether two states at the same place have the same future. */
export function sameState(a: State, b: State): boolean {
  return (
    a.packet.mark === b.packet.mark &&
    a.packet.connection.mark === b.packet.connection.mark &&
    a.packet.tos === b.packet.tos &&
    a.packet.ttl.from === b.packet.ttl.from &&
    a.packet.ttl.to === b.packet.ttl.to &&
    a.untracked === b.untracked &&
    a.changedSets.length === b.changedSets.length &&
    a.changedSets.every((name, i) => name === b.changedSets[i])
  );
}

/** Makes one of states that have become the same; the last one's steps stay, which took fewest rules to come there. */
function mergeStates(states: readonly State[]): readonly State[] {
  if (states.length < 2) return states;
  const merged: State[] = [];
  for (const state of states) {
    const at = merged.findIndex((other) => sameState(other, state));
    const other = merged[at];
    if (other === undefined) merged.push(state);
    else merged[at] = { ...state, because: onceEach([...other.because, ...state.because]) };
  }
  return merged;
}
