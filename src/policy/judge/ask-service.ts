import type { ServiceAddress } from "../../dataplane/service-addresses.ts";
import { addressKey } from "../../lib/address.ts";
import type { Reason } from "../../reasons/reason.ts";
import type { Answer, Verdict } from "../../trace/answer.ts";
import { isOpen } from "../../trace/answer.ts";
import type { Origin } from "../../trace/origin.ts";
import { targetAt } from "../../trace/question.ts";
import type { Question, TraceOptions, Tracer } from "../../trace/trace.ts";
import { type ArrivedAt, arrivalOf, keptAnswerOf } from "./ask.ts";
import type { ServiceAsked, ServiceWay } from "./service-ways.ts";
import { placeOf } from "./ways-used.ts";

/** What became of one way. */
export interface AskedWay extends ServiceWay {
  readonly answer: Answer;
  readonly arrival: ArrivedAt;
}

/** The answer to a question for a service: what holds of it as a whole, and of each way. */
export interface ServiceAnswer {
  readonly whole: Answer;
  readonly ways: readonly AskedWay[];
  /** One of them. */
  readonly deciding: AskedWay;
}

/** So many addresses of the host are asked for one published port; they are alike for whoever comes by the same interface. */
const mostAddresses = 16;
/** And so many ways in all: a container may be on hundreds of networks. */
const mostWays = 64;

export interface ServiceOptions extends TraceOptions {
  /** For a table of many: the container's own addresses first, few of the host's, and no more than it takes to decide. */
  readonly brief?: boolean;
}

/** In short an uplink's address and that of the asker's own bridge stand for all. */
const mostInShort = 2;

/**
 * Asks by all ways and judges as an `allow` of a policy does: somebody gets there who is answered by one of the ways that
 * people use. Where they use none, the container's own addresses count. The whole answer is that of the way which decides.
 */
export function askService(
  tracer: Tracer,
  question: Question,
  origin: Origin,
  service: ServiceAsked,
  options: ServiceOptions,
): ServiceAnswer {
  const { asked, left } = askWays(tracer, question, origin, service, options);
  const counting = asked.some((one) => one.used) ? asked.filter((one) => one.used) : direct(asked);
  const deciding =
    counting.find(({ arrival }) => arrival === "connected") ??
    counting.find(({ answer }) => isOpen(answer.verdict)) ??
    counting.find(({ arrival }) => arrival !== "elsewhere") ??
    counting[0];
  if (deciding === undefined) throw new Error("a service without any way was asked for");
  const { answer } = deciding;
  const { verdict, code, reason, because } = wholeOf(deciding);
  const more: readonly Reason[] =
    verdict === "delivered"
      ? []
      : [...beside(asked), ...(service.hint === null ? [] : [{ code: "no-way-used", why: service.hint } as const])];
  const stands: readonly Reason[] = asked.length === 1 ? [standsFor(question.to, deciding.way)] : [];
  const { from, to } = question;
  const assumes = [...service.assumes, ...answer.assumes, ...stands, ...left];
  return {
    whole: { ...answer, from, to, verdict, code, reason, because: [...because, ...more], assumes },
    ways: asked,
    deciding,
  };
}

/** Another address of the host that leads to the same published port, with the same end, would tell nothing new. */
function askWays(tracer: Tracer, question: Question, origin: Origin, service: ServiceAsked, options: ServiceOptions) {
  const isBrief = options.brief === true;
  const most = isBrief ? mostInShort : mostAddresses;
  const asked: AskedWay[] = [];
  const alike = new Map<string, { readonly ends: Set<string>; isOpen: boolean; count: number; left: number }>();
  for (const { way, used } of isBrief ? directFirst(service.ways) : service.ways) {
    const key = keyOf(way);
    const known = alike.get(key) ?? { ends: new Set(), isOpen: false, count: 0, left: 0 };
    alike.set(key, known);
    if (known.isOpen) continue;
    if (known.count >= most || asked.length >= mostWays) {
      known.left++;
      continue;
    }
    known.count++;
    const answer = follow(tracer, question, origin, service, way, options);
    const arrival = arrivalOf(keptAnswerOf(answer), service.target, service.port.protocol);
    known.isOpen = arrival === "connected";
    const end = JSON.stringify([answer.verdict, arrival, answer.reason, answer.rejectedWith, answer.failure]);
    if (known.ends.has(end)) continue;
    known.ends.add(end);
    asked.push({ way, used, answer, arrival });
    if (isBrief && used && known.isOpen) break;
  }
  const left = [...alike.values()].reduce((sum, one) => sum + (one.isOpen ? 0 : one.left), 0);
  return {
    asked,
    left: left === 0 ? [] : [{ code: "addresses-left", count: left } as const],
  };
}

const standsFor = (to: string, way: ServiceAddress): Reason => ({
  code: "stands-for",
  why: `${to.replace(/:\d+(\/\w+)?$/, "")} stands for ${placeOf(way)}`,
});

const directFirst = (ways: readonly ServiceWay[]): readonly ServiceWay[] => [
  ...ways.filter(({ way }) => way.kind === "direct"),
  ...ways.filter(({ way }) => way.kind === "published"),
];

const keyOf = (way: ServiceAddress): string =>
  way.kind === "published" ? `${addressKey(way.binding.hostAddress)} ${way.hostPort} ${way.address.family}` : way.to;

function follow(
  tracer: Tracer,
  question: Question,
  origin: Origin,
  { port }: ServiceAsked,
  way: ServiceAddress,
  options: TraceOptions,
): Answer {
  const target = targetAt(way.address, way.kind === "published" ? { ...port, port: way.hostPort } : port);
  return tracer.follow({ ...question, to: way.to }, origin, target, options);
}

/** That a packet arrives is not enough: it has to be the service that takes it. */
function wholeOf({ answer, arrival, way }: AskedWay): Pick<Answer, "verdict" | "code" | "reason" | "because"> {
  const { verdict, code, reason, because, behindProxy, deliveredTo } = answer;
  if (verdict !== "delivered" || arrival === "connected") return { verdict, code, reason, because };
  const behind: Verdict | undefined = arrival === "refused" ? "refused" : behindProxy?.verdict;
  if (behind !== undefined) return { verdict: behind, code: "proxy-in-vain", reason, because };
  const instead = { code: "taken-by-other", receiver: deliveredTo?.name ?? "another", place: placeOf(way) } as const;
  return { verdict: "unroutable", code: "misrouted", reason: "misrouted", because: [...because, instead] };
}

const direct = (asked: readonly AskedWay[]): readonly AskedWay[] =>
  asked.some(({ way }) => way.kind === "direct") ? asked.filter(({ way }) => way.kind === "direct") : asked;

/** Ways that lead there, though people do not use them from where it was asked. */
const beside = (asked: readonly AskedWay[]): readonly Reason[] =>
  asked
    .filter(({ used, arrival }) => !used && arrival === "connected")
    .slice(0, 3)
    .map(({ way }) => ({ code: "way-beside", place: placeOf(way) }));
