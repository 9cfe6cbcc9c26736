import type { Snapshot } from "../../src/captures/snapshot.ts";
import { type Answer, QuestionError } from "../../src/trace/answer.ts";
import { makeTracer, type Tracer } from "../../src/trace/trace.ts";
import { rebuildAgain } from "../support/captured.ts";
import { type Comparison, compare, type Truth } from "./compare.ts";
import { type Disagreement, explained } from "./known.ts";

/**
 * How many answers are what. `known`: disagreements whose cause is not the trace. `assumed`: wrong, but it says what it
 * assumed. `listening`: all it was wrong in is that somebody listens at the port, which it said it assumed. `unnamed`: no
 * capture has the container that is asked about.
 */
export type Outcome = Comparison | "known" | "assumed" | "listening" | "unnamed";

export type Score = Readonly<Record<Outcome | "all", number>>;

export const noScore: Score = {
  all: 0,
  right: 0,
  unknown: 0,
  unnamed: 0,
  wrong: 0,
  source: 0,
  kind: 0,
  assumed: 0,
  listening: 0,
  known: 0,
};

export interface Measured {
  readonly score: Score;
  /** Everything but right and unknown answers, known ones too. */
  readonly disagreements: readonly (Disagreement & { readonly outcome: Outcome })[];
  readonly unknown: readonly Answer[];
}

/** Which captures a snapshot keeps. */
export type Keep = (capture: { readonly kind: string; readonly netns: string | null }) => boolean;

const core = new Set(["ip-addr", "brctl-show", "docker-network-inspect", "iptables-save"]);

/** The four captures that a hand-made snapshot has to have. */
export const onlyCore: Keep = ({ kind, netns }) => netns === null && core.has(kind);

/** All but those of the given kinds; `netns` stands for everything captured inside containers. */
export function allBut(kinds: readonly string[]): Keep {
  const dropped = new Set(kinds);
  return ({ kind, netns }) => !dropped.has(kind) && !(dropped.has("netns") && netns !== null);
}

/** Asks everything that was tried on a host, and compares the answers with what happened. */
export function measure(host: string, snapshot: Snapshot, truths: readonly Truth[], keep: Keep): Measured {
  const tracer = makeTracer(rebuildAgain({ ...snapshot, captures: snapshot.captures.filter(keep) }));
  const score = { ...noScore };
  const disagreements: (Disagreement & { outcome: Outcome })[] = [];
  const unknown: Answer[] = [];
  for (const truth of truths) {
    const answer = askOrNull(tracer, truth);
    score.all++;
    if (answer === null) {
      score.unnamed++;
      continue;
    }
    const comparison = compare(truth, answer);
    const disagreement = { host, truth, answer, comparison };
    const outcome = outcomeOf(disagreement);
    score[outcome]++;
    if (outcome === "unknown") unknown.push(answer);
    else if (outcome !== "right") disagreements.push({ ...disagreement, outcome });
  }
  return { score, disagreements, unknown };
}

function outcomeOf(disagreement: Disagreement): Outcome {
  const { comparison, answer, truth } = disagreement;
  if (comparison === "right" || comparison === "unknown") return comparison;
  if (explained(disagreement) !== null) return "known";
  if (comparison !== "wrong" || answer.assumes.length === 0) return comparison;
  const isOpen = truth.result === "refused" && answer.verdict === "delivered";
  return isOpen && answer.assumes.some(({ code }) => code === "listener-assumed") ? "listening" : "assumed";
}

/** Without the capture that names it, a container cannot be asked about. */
function askOrNull({ trace }: Tracer, { from, to }: Truth): Answer | null {
  try {
    return trace({ from, to });
  } catch (error) {
    if (error instanceof QuestionError) return null;
    throw error;
  }
}

export function addScores(scores: readonly Score[]): Score {
  const sum = { ...noScore };
  for (const score of scores) for (const key of Object.keys(sum) as (keyof Score)[]) sum[key] += score[key];
  return sum;
}

/** The share of questions that got an answer, of those that could be asked. */
export const answeredShare = ({ all, unknown, unnamed }: Score): number => (all - unknown - unnamed) / (all - unnamed);
