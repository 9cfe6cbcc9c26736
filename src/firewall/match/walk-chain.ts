import { onceEach, type Reason } from "../../reasons/reason.ts";
import type { Action, Nat } from "../actions.ts";
import { elementsFor } from "../lookup/elements.ts";
import type { ChainOutcome, Environment } from "../outcome.ts";
import type { Chain, Hook, Rule, Statement, Table } from "../rules.ts";
import { isMatch, matchesBefore } from "../statements.ts";
import { isMaybe, type Tri } from "../tri.ts";
import { holdFrom, holds } from "./match-test.ts";
import { makePrefilter, type PacketKey } from "./prefilter.ts";
import { changeState, type Ended, mergeStates, type State, sameState, withStep } from "./state.ts";

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
    const [only] = live as readonly [State, ...State[]];
    const matched = holdFrom(rule.statements, 0, only.packet, environmentOf(evaluation, only));
    // Most rules do not match the one state there is: nothing is allocated for them.
    if (matched === false && live.length === 1 && !evaluation.verbose) continue;
    const next: State[] = [];
    for (const state of live) {
      const here =
        state === only ? matched : holdFrom(rule.statements, 0, state.packet, environmentOf(evaluation, state));
      const ways = passRule(evaluation, chain, rule, state, here);
      next.push(...ways.onward);
      leaving.push(...ways.leaving);
    }
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
function environmentOf({ environment }: ChainEvaluation, { changedSets }: State): Environment {
  return changedSets === environment.changedSets ? environment : { ...environment, changedSets };
}

/** Where a state goes from a rule. */
interface Ways {
  /** To the next rule of the chain. */
  readonly onward: readonly State[];
  /** Out of the chain. */
  readonly leaving: readonly State[];
  /** Whether any way ended in a verdict. */
  readonly ended: boolean;
}

const goesOn = (...onward: readonly State[]): Ways => ({ onward, leaving: [], ended: false });

/** Takes a state past one rule; `matched`: whether it meets the matches before the rule's first action. */
function passRule(evaluation: ChainEvaluation, chain: Chain, rule: Rule, state: State, matched: Tri): Ways {
  if (matched === false) {
    if (!evaluation.verbose) return goesOn(state);
    const failed = matchesBefore(rule).find(
      (one) => holds(one, state.packet, environmentOf(evaluation, state)) === false,
    );
    return goesOn(withStep(state, chain, rule, "passed", failed?.text ?? null, []));
  }
  return passStatements(evaluation, chain, rule, 0, state, matched);
}

/** Takes a state through a rule's statements from one on, up to the next action of which the matches may hold. */
function passStatements(
  evaluation: ChainEvaluation,
  chain: Chain,
  rule: Rule,
  from: number,
  state: State,
  matched: Exclude<Tri, false>,
): Ways {
  const { statements } = rule;
  const because = isMaybe(matched) ? onceEach(matched.because) : [];
  let at = from;
  while (at < statements.length && isMatch(statements[at] as Statement)) at++;
  const action = statements[at] as Action | undefined;
  if (action === undefined || action.kind === "continue" || action.kind === "clamp-mss")
    return goesOn(withStep(state, chain, rule, "matched", null, because));
  const assuming = because.length === 0 ? state : { ...state, because: [...state.because, ...because] };
  const ways = act(evaluation, chain, rule, at, action, assuming, because);
  if (because.length === 0) return ways;
  const around = evaluation.verbose && from === 0 ? withStep(assuming, chain, rule, "passed", null, because) : assuming;
  // A rule that makes no difference was not worth an assumption (a jump to a chain that only logs).
  const noDifference = !ways.ended && ways.leaving.length === 0 && ways.onward.every((way) => sameState(way, around));
  if (noDifference) return goesOn(withStep(state, chain, rule, "matched", null, because));
  return { ...ways, onward: [...ways.onward, around] };
}

/** Does what the action of a rule says, and then what stands behind it in the rule. */
function act(
  evaluation: ChainEvaluation,
  chain: Chain,
  rule: Rule,
  at: number,
  action: Action,
  state: State,
  because: readonly Reason[],
): Ways {
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
    case "continue":
      return goesOn(matched);
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
    case "map":
      return lookUpAction(evaluation, chain, rule, at, action, state, because);
    default: {
      const changed = changeState(matched, action);
      const { statements } = rule;
      if (at + 1 === statements.length) return goesOn(changed);
      const holding = holdFrom(statements, at + 1, changed.packet, environmentOf(evaluation, changed));
      return holding === false ? goesOn(changed) : passStatements(evaluation, chain, rule, at + 1, changed, holding);
    }
  }
}

/** A packet that is in no element breaks off the rule (NFT_BREAK of `nft_lookup_eval` in net/netfilter/nft_lookup.c). */
function lookUpAction(
  evaluation: ChainEvaluation,
  chain: Chain,
  rule: Rule,
  at: number,
  { map }: Extract<Action, { kind: "map" }>,
  state: State,
  because: readonly Reason[],
): Ways {
  if (map.name !== null && state.changedSets.includes(map.name)) {
    const why: Reason = { code: "set-changed", set: map.name };
    evaluation.ended.push({ verdict: { kind: "unknown", why }, rule, state });
    return { onward: [], leaving: [], ended: true };
  }
  const { found, perhaps, because: doubts } = elementsFor(map, state.packet);
  if (found !== null) return act(evaluation, chain, rule, at, found.action, state, because);
  if (perhaps.length === 0) return goesOn(state);
  const assuming = { ...state, because: onceEach([...state.because, ...doubts]) };
  const all = perhaps.map((one) => act(evaluation, chain, rule, at, one.action, assuming, [...because, ...doubts]));
  return {
    onward: [...all.flatMap(({ onward }) => onward), assuming],
    leaving: all.flatMap(({ leaving }) => leaving),
    ended: all.some(({ ended }) => ended),
  };
}

/** `netmap_tg4` in net/netfilter/xt_NETMAP.c: the destination before routing, else the source. */
function netmapAt(nat: Extract<Nat, { kind: "netmap" }>, hook: Hook): typeof nat {
  return { ...nat, side: hook === "prerouting" || hook === "output" ? "destination" : "source" };
}
