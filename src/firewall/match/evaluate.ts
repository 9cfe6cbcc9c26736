import { onceEach } from "../../reasons/reason.ts";
import type { ChainOutcome, Environment, RuleStep } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import type { BaseChain, Table } from "../rules.ts";
import { packetKey } from "./prefilter.ts";
import { type Ended, type StepList, sameState } from "./state.ts";
import { type ChainEvaluation, mostRepeats, walkChain } from "./walk-chain.ts";

export type EvaluateBaseChain = (
  table: Table,
  base: BaseChain,
  packet: Packet,
  environment: Environment,
  verbose: boolean,
) => readonly ChainOutcome[];

/**
 * Sends one packet through a base chain (`ipt_do_table` in net/ipv4/netfilter/ip_tables.c). A rule that may or may not
 * match is followed both ways; ways that end alike are one outcome. Bounded in ways, depth and steps: beyond them there is
 * an outcome `unknown` that says so.
 */
export const evaluateBaseChain: EvaluateBaseChain = (table, base, packet, environment, verbose) => {
  const evaluation: ChainEvaluation = {
    table,
    hook: base.hook,
    environment,
    verbose,
    screened: packetKey(packet),
    ended: [],
    active: new Set(),
    walked: new Set(),
    budget: mostRepeats,
    stopped: false,
  };
  const start = { packet, untracked: false, changedSets: environment.changedSets, steps: null, because: [] };
  for (const state of walkChain(evaluation, base.chain, [start])) {
    evaluation.ended.push({ verdict: { kind: base.policy }, rule: null, state });
  }
  const ends = mergeEnds(evaluation.ended);
  return ends.map(({ verdict, rule, state }) => ({
    verdict,
    rule,
    packet: state.packet,
    untracked: state.untracked,
    changedSets: state.changedSets,
    steps: stepsOf(state.steps),
    because: ends.length > 1 ? onceEach(state.because) : [],
  }));
};

function stepsOf(last: StepList | null): RuleStep[] {
  const steps: RuleStep[] = [];
  for (let at = last; at !== null; at = at.before) steps.push(at.step);
  return steps.reverse();
}

/** Makes one of ends with the same verdict by the same rule and the same marks. */
function mergeEnds(ends: readonly Ended[]): Ended[] {
  const merged: Ended[] = [];
  for (const end of ends) {
    const at = merged.findIndex(
      (other) =>
        other.rule === end.rule &&
        other.verdict.kind === end.verdict.kind &&
        (other.verdict.kind !== "unknown" || other.verdict.why === (end.verdict as typeof other.verdict).why) &&
        sameState(other.state, end.state),
    );
    const other = merged[at];
    if (other === undefined) merged.push(end);
    else merged[at] = { ...end, state: { ...end.state, because: [...other.state.because, ...end.state.because] } };
  }
  return merged;
}
