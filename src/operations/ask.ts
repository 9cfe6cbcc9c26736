import { uplinksOf } from "../dataplane/uplinks.ts";
import { outsideWord } from "../model/namespace-id.ts";
import { type AskedWay, askService, type ServiceOptions } from "../policy/judge/ask-service.ts";
import { serviceAsked } from "../policy/judge/service-ways.ts";
import type { AnswerReport, WayReport } from "../results/answer.ts";
import { type Answer, isOpen, unanswered } from "../trace/answer.ts";
import { parseOrigin } from "../trace/origin.ts";
import type { Question, Tracer } from "../trace/trace.ts";
import { reportAnswer } from "./report-answer.ts";

/** Asks one question as people mean it. */
export type Ask = (question: Question, options?: ServiceOptions) => AnswerReport;

/**
 * Answers questions as `trace` and the page do: a packet's way, or all ways where a name stands for a service; `outside` for
 * any machine behind an interface with a default route. Throws a QuestionError.
 */
export function makeAsk(tracer: Tracer): Ask {
  return (question, options = {}) => {
    const isOutside = question.from === outsideWord;
    const places = isOutside ? uplinksOf(tracer.dataplane).map(({ name }) => name) : [question.from];
    const [first, ...others] = places.map((from) => askFrom(tracer, { ...question, from }, options));
    if (first === undefined) return reportAnswer(nobodyOutside(question));
    return { ...(others.length === 0 ? withWays(first) : together([first, ...others])), from: question.from };
  };
}

const nobodyOutside = ({ from, to }: Question): Answer => ({
  from,
  to,
  verdict: "unknown",
  code: "not-captured",
  ...unanswered,
  because: [{ code: "uplink-unknown" }],
  assumes: [],
  steps: [],
});

/** The answer for who comes from one place, with each way that the name stands for. */
interface Asked {
  readonly from: string;
  readonly report: AnswerReport;
  readonly ways: readonly WayReport[];
}

function askFrom(tracer: Tracer, question: Question, options: ServiceOptions): Asked {
  const { from } = question;
  const origin = parseOrigin(tracer.dataplane, from);
  const service = serviceAsked(tracer.dataplane, origin, question.to);
  if (service === null || service.ways.length === 0) {
    const report = reportAnswer(tracer.trace(question, options));
    return { from, report, ways: [alone(report)] };
  }
  const { whole, ways, deciding } = askService(tracer, question, origin, service, options);
  return { from, report: reportAnswer(whole), ways: ways.map((one) => reportWay(one, one === deciding)) };
}

function reportWay({ way, used, answer, arrival }: AskedWay, decides: boolean): WayReport {
  const network = way.kind === "direct" ? way.network : null;
  return { ...reportAnswer(answer), kind: way.kind, network, used, decides, reached: arrival === "connected" };
}

/** An address that was asked for itself is one way. */
const alone = (report: AnswerReport): WayReport => ({
  ...report,
  kind: "direct",
  network: null,
  used: true,
  decides: true,
  reached: report.verdict === "delivered",
});

/** One address needs no list of ways; that it is a published port is said even of a single one. */
const withWays = ({ report, ways }: Asked): AnswerReport =>
  ways.every(({ kind }) => kind === "direct") && ways.length === 1 ? report : { ...report, ways };

const outcomeIn = ({
  from,
  to,
  sent,
  assumes,
  outcomes,
  ways,
  line,
  error,
  ...end
}: AnswerReport): AnswerReport["outcomes"][number] => end;

/** One answer for all uplinks: certain where they come to the same end. */
function together(all: readonly [Asked, ...Asked[]]): AnswerReport {
  const [{ report: first }] = all;
  const endOf = ({ verdict, deliveredTo }: AnswerReport) => JSON.stringify([verdict, deliveredTo?.name]);
  const isSame = all.every(({ report }) => endOf(report) === endOf(first));
  const ways = all.flatMap((one, i) => one.ways.map((way) => ({ ...way, decides: way.decides && i === 0 && isSame })));
  const assumes = [...new Set(all.flatMap(({ report }) => report.assumes))];
  if (isSame) return { ...first, assumes, ways };
  const ends = all.map(({ from: uplink, report }) => `by ${uplink} it is ${report.verdict}`).join(", ");
  const isKnown = all.every(({ report }) => !isOpen(report.verdict));
  return {
    ...first,
    ...unanswered,
    verdict: isKnown ? "ambiguous" : "unknown",
    code: isKnown
      ? "several-outcomes"
      : (all.find(({ report }) => isOpen(report.verdict))?.report.code ?? "not-captured"),
    outcomes: isKnown ? all.map(({ report }) => outcomeIn(report)) : [],
    reasons: [],
    because: [
      `it depends on the interface by which a machine outside comes: ${ends}`,
      ...new Set(all.flatMap(({ report }) => (isOpen(report.verdict) ? report.because : []))),
    ],
    assumes,
    ways,
  };
}
