import { buildDataplane, type HostDataplane, rebuildDataplane } from "../dataplane/dataplane.ts";
import type { Dataplane } from "../dataplane/types.ts";
import type { Host } from "../model/host.ts";
import { onceEach, type Reason } from "../reasons/reason.ts";
import { type Answer, unanswered } from "./answer.ts";
import { firstPacket, type QuestionOptions } from "./first-packet.ts";
import { type Origin, parseOrigin } from "./origin.ts";
import { type Outcome, outcomesOf } from "./outcomes.ts";
import { parseTarget, type Target } from "./question.ts";
import type { Unresolved } from "./resolve-name.ts";
import type { TraceContext } from "./transfer.ts";
import { receiveFromOutside, send } from "./walk.ts";

/** A question as people ask it; see `parseOrigin` and `parseTarget` for what `from` and `to` may be. */
export interface Question extends QuestionOptions {
  readonly from: string;
  readonly to: string;
}

export interface TraceOptions {
  /** Keep the rules that were passed over, with the condition that did not hold. */
  readonly verbose?: boolean;
}

/** Answers questions about one host; made once, asked often. */
export interface Tracer {
  readonly dataplane: Dataplane;
  /** Throws a QuestionError for a question that cannot be understood. */
  readonly trace: (question: Question, options?: TraceOptions) => Answer;
  /** The same for a question that needs no reading; its `from` and `to` are only repeated in the answer. */
  readonly follow: (question: Question, origin: Origin, target: Target, options?: TraceOptions) => Answer;
}

/** `like`: another host that most of this one is taken from, with its dataplane, so that only the rest is built. */
export function makeTracer(host: Host, like?: HostDataplane): Tracer {
  const dataplane = like === undefined ? buildDataplane(host) : rebuildDataplane(host, like);
  const follow: Tracer["follow"] = (question, origin, target, options) =>
    followThrough(host, { dataplane, verbose: options?.verbose ?? false }, question, origin, target);
  return {
    dataplane,
    follow,
    trace: (question, options) => {
      const origin = parseOrigin(host, dataplane, question.from);
      const target = parseTarget(host, dataplane, origin, question.to);
      if ("unresolved" in target) return unresolved(question, target);
      return follow(question, origin, target, options);
    },
  };
}

function followThrough(host: Host, context: TraceContext, question: Question, origin: Origin, target: Target): Answer {
  const packet = firstPacket(origin, target, question);
  const ends =
    origin.kind === "outside"
      ? receiveFromOutside(context, origin.segment, packet)
      : send(context, origin.stack, packet);
  const cases = ends.flatMap((end) => outcomesOf(host, context, origin, target, end, question));
  return summarise(question, cases);
}

/** One answer of all cases: certain when they come to the same end, else unknown, with everything that left it open. */
function summarise(question: Question, cases: readonly Outcome[]): Answer {
  const [first] = cases;
  if (first === undefined) return unknownAnswer(question, [{ code: "no-way-followed" }], []);
  const ends = new Set(
    cases.map(({ verdict, deliveredTo, rejectedWith, reason }) =>
      JSON.stringify([verdict, deliveredTo, rejectedWith, reason]),
    ),
  );
  const assumes = onceEach(cases.flatMap(({ packet }) => packet.assumes));
  const doubts = onceEach(cases.flatMap(({ packet }) => packet.because));
  if (ends.size > 1) {
    const open = cases.filter(({ verdict }) => verdict === "unknown").flatMap(({ why }) => why);
    return {
      ...unknownAnswer(question, onceEach([...open, ...doubts]), assumes),
      steps: first.packet.steps,
      reply: first.reply,
    };
  }
  const { verdict, deliveredTo, rejectedWith, reason, failure, behindProxy, packet, reply } = first;
  const sources = new Set(cases.map(({ sourceSeen }) => sourceSeen));
  const because = onceEach(cases.flatMap(({ why }) => why));
  return {
    from: question.from,
    to: question.to,
    verdict,
    deliveredTo,
    sourceSeen: sources.size === 1 ? first.sourceSeen : null,
    rejectedWith,
    reason,
    // Of ways that fail alike one may be told of and another not.
    failure: cases.every((one) => one.failure === failure) ? failure : null,
    behindProxy,
    because: verdict === "unknown" ? onceEach([...because, ...doubts]) : because,
    assumes,
    steps: packet.steps,
    reply,
  };
}

function unknownAnswer(question: Question, because: readonly Reason[], assumes: readonly Reason[]): Answer {
  return { from: question.from, to: question.to, verdict: "unknown", ...unanswered, because, assumes, steps: [] };
}

function unresolved(question: Question, { unresolved: why, certain }: Unresolved): Answer {
  if (!certain) return unknownAnswer(question, [{ code: "name-doubtful", why }], []);
  return {
    from: question.from,
    to: question.to,
    verdict: "unroutable",
    ...unanswered,
    reason: "name-unknown",
    failure: "refusal",
    because: [{ code: "name-unresolved", why }],
    assumes: [],
    steps: [],
  };
}
