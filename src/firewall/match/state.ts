import { onceEach, type Reason } from "../../reasons/reason.ts";
import type { Action } from "../actions.ts";
import type { ChainOutcome, RuleStep } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import type { Chain, Rule } from "../rules.ts";
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

/** A state behind an action that is no verdict. */
export function changeState(state: State, action: Action): State {
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

/** A state that has met one more rule. */
export function withStep(
  state: State,
  chain: Chain,
  rule: Rule,
  effect: RuleStep["effect"],
  failed: string | null,
  because: readonly Reason[],
): State {
  const last = state.steps;
  // What a rule does in the end is one step with what it did before.
  const again = last?.step.rule === rule ? last : null;
  const reasons = again === null ? because : onceEach([...again.step.because, ...because]);
  const step: RuleStep = { rule, chain: chain.name, effect, failed, because: reasons };
  return { ...state, steps: { step, before: again === null ? last : again.before } };
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
export function mergeStates(states: readonly State[]): readonly State[] {
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
