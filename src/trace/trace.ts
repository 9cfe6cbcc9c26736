import { buildDataplane, rebuildDataplane } from "../dataplane/dataplane.ts";
import { onlyPort } from "../dataplane/listeners.ts";
import type { Dataplane } from "../dataplane/types.ts";
import { formatAddress } from "../lib/address.ts";
import type { Host } from "../model/host.ts";
import { kindOf, onceEach, type Reason } from "../reasons/reason.ts";
import { type Answer, type PossibleOutcome, type Sent, unanswered } from "./answer.ts";
import { type Stop, stopIn } from "./decision.ts";
import { firstPacket, type QuestionOptions } from "./first-packet.ts";
import { formatVisitor, type Origin, parseOrigin, type Visitor, visitorOrigin } from "./origin.ts";
import type { Inquiry, Outcome } from "./outcome.ts";
import { outcomesOf } from "./outcomes.ts";
import type { PathEnd } from "./packet-state.ts";
import { formatTarget, parseTarget, type Target } from "./question.ts";
import type { Unresolved } from "./resolve-name.ts";
import type { TraceContext } from "./transfer.ts";
import { codeOf } from "./verdict-code.ts";
import { receiveFromOutside, send } from "./walk.ts";

/** A question as people ask it; see `parseOrigin` and `parseTarget` for what `from` and `to` may be. */
export interface Question extends QuestionOptions {
  readonly from: string;
  readonly to: string;
}

/** The same where what is asked for is known as a value: it is put into words for the answer only. */
export interface ValueQuestion extends QuestionOptions {
  readonly from: string | Visitor;
  readonly to: string | Target;
}

/** As people ask it. */
export const inWords = ({ from, to, ...options }: ValueQuestion): Question => ({
  ...options,
  from: typeof from === "string" ? from : formatVisitor(from),
  to: typeof to === "string" ? to : formatTarget(to),
});

export interface TraceOptions {
  /** Keep the rules that were passed over, with the condition that did not hold. */
  readonly verbose?: boolean;
}

/** Answers questions about one host; made once, asked often. */
export interface Tracer {
  readonly dataplane: Dataplane;
  /** Throws a QuestionError for a question that cannot be understood. */
  readonly trace: (question: ValueQuestion, options?: TraceOptions) => Answer;
  /** The same for a question that needs no reading; its `from` and `to` are only repeated in the answer. */
  readonly follow: (question: Question, origin: Origin, target: Target, options?: TraceOptions) => Answer;
}

/** `like`: the dataplane of another host that most of this one is taken from, so that only the rest is built. */
export function makeTracer(host: Host, like?: Dataplane): Tracer {
  const dataplane = like === undefined ? buildDataplane(host) : rebuildDataplane(host, like);
  const follow: Tracer["follow"] = (question, origin, target, options) =>
    followThrough({ dataplane, verbose: options?.verbose ?? false }, question, origin, target);
  return {
    dataplane,
    follow,
    trace: (question, options) => {
      const { from, to } = question;
      const origin = typeof from === "string" ? parseOrigin(dataplane, from) : visitorOrigin(dataplane, from);
      const target = typeof to === "string" ? parseTarget(dataplane, origin, to) : to;
      const asked = inWords(question);
      return "unresolved" in target ? unresolved(asked, target) : follow(asked, origin, target, options);
    },
  };
}

function followThrough(context: TraceContext, question: Question, origin: Origin, target: Target): Answer {
  const inquiry: Inquiry = { context, origin, target, asked: question, outcomesOf };
  const packet = firstPacket(origin, target, question);
  const ends =
    origin.kind === "outside"
      ? receiveFromOutside(context, origin.segment, packet)
      : send(context, origin.stack, packet);
  const cases = ends.flatMap((end) => outcomesOf(inquiry, end));
  return { ...summarise(question, cases), sent: sentIn(ends[0]) };
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
  if (ends.size > 1 && isChoice(cases, doubts)) return ambiguous(question, cases, doubts, assumes);
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
  const known = onceEach(cases.flatMap(({ why }) => why));
  const because = verdict === "unknown" ? onceEach([...known, ...doubts]) : known;
  const decision = stopOf(first);
  return {
    from: question.from,
    to: question.to,
    sent: null,
    verdict,
    code: codeOf({ verdict, reason, behindProxy, because, decision }),
    decision,
    deliveredTo,
    sourceSeen: sources.size === 1 ? first.sourceSeen : null,
    rejectedWith,
    reason,
    // Of ways that fail alike one may be told of and another not.
    failure: cases.every((one) => one.failure === failure) ? failure : null,
    behindProxy,
    because,
    assumes,
    steps: packet.steps,
    reply,
    outcomes: [],
  };
}

/** Whether all ends are known, and nothing but the kernel's own choice leaves open which it is. */
const isChoice = (cases: readonly Outcome[], doubts: readonly Reason[]): boolean =>
  cases.every(({ verdict }) => verdict !== "unknown") && doubts.every((one) => kindOf(one) === "choice");

/** As many outcomes are shown with their ways. */
const mostOutcomes = 16;

function ambiguous(
  question: Question,
  cases: readonly Outcome[],
  because: readonly Reason[],
  assumes: readonly Reason[],
): Answer {
  const each = new Map<string, PossibleOutcome>();
  for (const one of cases.map(possible)) {
    const key = JSON.stringify([one.verdict, one.code, one.deliveredTo]);
    if (!each.has(key) && each.size < mostOutcomes) each.set(key, one);
  }
  const outcomes = [...each.values()];
  const [first] = outcomes;
  return {
    from: question.from,
    to: question.to,
    ...unanswered,
    verdict: "ambiguous",
    code: "several-outcomes",
    because,
    assumes,
    steps: first?.steps ?? [],
    reply: first?.reply ?? null,
    outcomes,
  };
}

function possible(outcome: Outcome): PossibleOutcome {
  const { verdict, deliveredTo, sourceSeen, rejectedWith, reason, failure, behindProxy, why, packet, reply } = outcome;
  const decision = stopOf(outcome);
  return {
    verdict,
    code: codeOf({ verdict, reason, behindProxy, because: why, decision }),
    decision,
    deliveredTo,
    sourceSeen,
    rejectedWith,
    reason,
    failure,
    behindProxy,
    because: why,
    steps: packet.steps,
    reply,
  };
}

/** Behind docker-proxy an outcome is of its own connection: what was asked is what set out. */
function sentIn(end: PathEnd | undefined): Sent | null {
  const sent = end?.packet.sent ?? null;
  if (sent === null) return null;
  const { source, destination, destinationPort } = sent;
  return { source: formatAddress(source), destination: formatAddress(destination), port: onlyPort(destinationPort) };
}

const stopOf = ({ verdict, packet, reply }: Outcome): Stop | null =>
  verdict === "dropped" || verdict === "rejected" ? stopIn(packet.steps, reply) : null;

function unknownAnswer(question: Question, because: readonly Reason[], assumes: readonly Reason[]): Answer {
  const code = codeOf({ ...unanswered, verdict: "unknown", because });
  return { from: question.from, to: question.to, verdict: "unknown", code, ...unanswered, because, assumes, steps: [] };
}

function unresolved(question: Question, { unresolved: why, certain }: Unresolved): Answer {
  if (!certain) return unknownAnswer(question, [{ code: "name-doubtful", why }], []);
  return {
    from: question.from,
    to: question.to,
    verdict: "unroutable",
    code: "name-unknown",
    ...unanswered,
    reason: "name-unknown",
    failure: "refusal",
    because: [{ code: "name-unresolved", why }],
    assumes: [],
    steps: [],
  };
}
