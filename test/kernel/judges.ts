import type { CaptureOk } from "../../src/captures/snapshot.ts";
import type { Answer } from "../../src/trace/answer.ts";
import { isOpen } from "../../src/trace/answer.ts";
import type { Loaded } from "./load-rules.ts";
import { describeFate } from "./observe.ts";
import { askAbout, contradiction, makeLabTracer } from "./reach-oracle.ts";
import type { Tested } from "./round.ts";

/** A packet of which something else became than was said. */
export interface Failure {
  readonly judge: Judge;
  readonly tested: Tested;
  /** What was said, for a person. */
  readonly said: readonly string[];
}

export interface Judgement {
  readonly judged: number;
  /** Of those judged, the ones with a certain answer. */
  readonly certain: number;
  readonly failures: readonly Failure[];
}

/** Compares what became of the packets of one rule set with what part of vethscope says about them. */
export interface Judge {
  readonly name: string;
  readonly judge: (loaded: Loaded, tested: readonly Tested[]) => Judgement;
}

/** The rules alone: the test's own router asks them at each hook, with every field of the packet known. */
export const rulesJudge: Judge = {
  name: "rules",
  judge: (_loaded, tested) => ({
    judged: tested.length,
    certain: tested.filter(({ fates }) => fates.length === 1 && fates[0]?.kind !== "unknown").length,
    failures: tested
      .filter(({ agrees }) => !agrees)
      .map((one) => ({ judge: rulesJudge, tested: one, said: one.fates.map(describeFate) })),
  }),
};

/** The whole of it: a snapshot of the lab, and `trace` for every packet that a question can ask for. */
export function traceJudge(captures: readonly CaptureOk[]): Judge {
  const judge: Judge = {
    name: "trace",
    judge: (loaded, tested) => {
      const tracer = makeLabTracer(captures, loaded);
      const failures: Failure[] = [];
      let [judged, certain] = [0, 0];
      for (const one of tested.filter(({ after }) => after.length === 0)) {
        const answer = askAbout(tracer, one.sent);
        if (answer === null) continue;
        judged++;
        if (!isOpen(answer.verdict)) certain++;
        const reply = tested.find(({ after }) => after[0] === one.sent) ?? null;
        const wrong = contradiction(answer, one, reply);
        if (wrong !== null) failures.push({ judge, tested: one, said: [...describeAnswer(answer), `but ${wrong}`] });
      }
      return { judged, certain, failures };
    },
  };
  return judge;
}

function describeAnswer({ verdict, deliveredTo, sourceSeen, rejectedWith, because, steps, reply }: Answer): string[] {
  const to = deliveredTo === null ? "" : ` to ${deliveredTo.name} ${deliveredTo.address} port ${deliveredTo.port}`;
  const how = rejectedWith === null ? "" : ` with ${rejectedWith}`;
  const from = sourceSeen === null ? "" : `, which sees ${sourceSeen}`;
  return [
    `${verdict}${to}${how}${from}`,
    ...because.map((text) => `  because ${text}`),
    ...steps.map(({ text }) => `  ${text}`),
    ...(reply === null ? [] : [`  reply ${reply.verdict}`, ...reply.steps.map(({ text }) => `    ${text}`)]),
  ];
}
