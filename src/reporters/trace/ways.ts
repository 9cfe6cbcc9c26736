import { placeOf } from "../../policy/judge/ways-used.ts";
import type { AnswerReport, WayReport } from "../../results/answer.ts";
import { type Conclusion, conclude } from "./verdict.ts";

/** One of the ways that a name stands for, in a line. */
export interface WayLine {
  readonly kind: Conclusion["kind"];
  /** `192.0.2.10:8080 (published)`, and who asked, where several did. */
  readonly place: string;
  /** `delivered to web at 172.18.0.2:80, …` */
  readonly end: string;
}

/** A line for each way of an answer; none where there is but one. */
export function wayLinesOf({ ways = [] }: AnswerReport): readonly WayLine[] {
  const isOne = new Set(ways.map(({ from }) => from)).size < 2;
  return ways.map((way) => ({
    kind: kindOf(way),
    place: `${isOne ? "" : `${way.from} → `}${placeOf({ ...way, to: way.to ?? "" })}`,
    end: endOf(way),
  }));
}

/** What arrives, but not at the service, is half a success as a rule and none for who asked. */
const kindOf = (way: WayReport): Conclusion["kind"] =>
  way.verdict === "delivered" && !way.reached ? "half" : conclude(way).kind;

function endOf(way: WayReport): string {
  const { sentence, blocked } = conclude(way);
  const why = way.verdict === "unknown" ? ` ${way.because[0] ?? "it was not captured"}` : "";
  const rule = blocked === null ? "" : `: ${blocked.text}`;
  return `${sentence}${why}${rule}${way.used ? "" : "; people do not ask there from outside"}`;
}

/** The way whose packet an answer follows, as its place; null where there is but one. */
export function decidingPlace({ ways = [] }: AnswerReport): string | null {
  const way = ways.find(({ decides }) => decides);
  return way === undefined ? null : placeOf({ ...way, to: way.to ?? "" });
}
