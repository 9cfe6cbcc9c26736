import type { ServiceAddress } from "../../dataplane/service-addresses.ts";
import { hostWord } from "../../model/namespace-id.ts";
import type { Port } from "../../model/queries/services.ts";
import type { Reason } from "../../reasons/reason.ts";
import { type Answer, isReceivedBy } from "../../trace/answer.ts";
import { targetAt } from "../../trace/question.ts";
import type { Tracer } from "../../trace/trace.ts";
import type { Asking, Peer } from "../select/peers.ts";

/** What a rule needs of an answer; small, since hundreds of thousands are kept. */
export interface KeptAnswer {
  readonly from: string;
  readonly to: string;
  readonly verdict: Answer["verdict"];
  readonly receiver: Answer["deliveredTo"];
  /** The namespace that docker-proxy connected to in vain, since nobody listens there; null as a rule. */
  readonly refusedBehindProxy: string | null;
  /** The namespace that got it, where its answer does not come back; null otherwise. */
  readonly unansweredBy: string | null;
  /** Whether docker-proxy took the connection and could not pass it on. */
  readonly inVain: boolean;
  readonly because: readonly Reason[];
  readonly assumes: readonly Reason[];
}

/** Asks each question once. */
export interface AnswerCache {
  readonly ask: (from: Asking, way: ServiceAddress, port: Port) => KeptAnswer;
  /** The whole answer, for the few questions that are shown. */
  readonly answer: (from: Asking, way: ServiceAddress, port: Port) => Answer;
  /** How many different questions were asked. */
  readonly count: () => number;
}

/** As many outcomes are kept. Beyond them a question may be asked again, which costs time and no memory. */
const mostKept = 300_000;

/** `onAsked` hears after each question how many there were. */
export function makeAnswerCache(tracer: Tracer, onAsked: (asked: number) => void): AnswerCache {
  const known = new Map<string, KeptAnswer>();
  let asked = 0;
  const answer: AnswerCache["answer"] = (from, way, port) => {
    const asked = way.kind === "published" ? { ...port, port: way.hostPort } : port;
    return tracer.follow({ from: from.text, to: way.to }, from.origin, targetAt(way.address, asked));
  };
  const ask: AnswerCache["ask"] = (from, way, port) => {
    const key = `${from.text}\n${way.to}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const outcome = keptAnswerOf(answer(from, way, port));
    if (known.size < mostKept) known.set(key, outcome);
    onAsked(++asked);
    return outcome;
  };
  return { ask, answer, count: () => asked };
}

export function keptAnswerOf(answer: Answer): KeptAnswer {
  const { from, to, verdict, deliveredTo, behindProxy, because, assumes, reply } = answer;
  // An answer sets out from where the question came to.
  const unansweredBy = verdict === "dropped" && reply !== null ? (reply.steps[0]?.namespace ?? null) : null;
  const receiver = deliveredTo;
  return {
    from,
    to,
    verdict,
    receiver,
    refusedBehindProxy: behindProxy?.refusedBy ?? null,
    unansweredBy,
    inVain: behindProxy !== null,
    because,
    assumes,
  };
}

/**
 * What an answer means for a rule about a target. `connected`: a connection comes about, or an answer comes back. `arrived`: a
 * datagram gets there, though no answer comes back. `refused`: it gets to the target's kernel, and nobody listens there.
 * `elsewhere`: somebody else takes it.
 */
export type ArrivedAt = "connected" | "arrived" | "refused" | "elsewhere" | "stopped" | "unknown";

export function arrivalOf(outcome: KeptAnswer, target: Peer, protocol: string): ArrivedAt {
  const { verdict, receiver, refusedBehindProxy: behind } = outcome;
  const isThere = receiver !== null && isTarget(receiver, target);
  const unanswered = outcome.unansweredBy !== null && outcome.unansweredBy === namespaceOf(target);
  const oneWay = protocol === "udp" && (isThere || unanswered);
  if (behind !== null && target.kind === "container" && target.namespace === behind) return "refused";
  switch (verdict) {
    case "delivered":
      return isThere && !outcome.inVain ? "connected" : "elsewhere";
    case "refused":
      return isThere ? "refused" : "elsewhere";
    case "ambiguous":
    case "unknown":
      return oneWay ? "arrived" : "unknown";
    case "dropped":
      return oneWay ? "arrived" : "stopped";
    default:
      return "stopped";
  }
}

function namespaceOf(target: Peer): string | null {
  if (target.kind === "container") return target.namespace;
  return target.kind === "host" ? hostWord : null;
}

/** Whether who got it is who was meant: whoever answers at it, for an address. */
function isTarget(receiver: NonNullable<Answer["deliveredTo"]>, target: Peer): boolean {
  if (target.kind === "container") return isReceivedBy(receiver, target.name);
  if (target.kind === "address") return true;
  return receiver.kind === target.kind;
}
