import { groupBy } from "../../lib/group-by.ts";
import { several } from "../../lib/several.ts";
import type { FindingsReport } from "../../results/findings.ts";

type Counts = FindingsReport["counts"];

/** What became of the checks: `73 checks ran`; `61 of 73 checks ran, 8 more in part, 4 could not run`. */
export function checksRan({ of, ran, inPart, notRun }: Counts): string {
  const rest = restOf({ ran, inPart, notRun });
  return rest === "" ? `${several(of, "check")} ran` : `${ran} of ${several(of, "check")} ran, ${rest}`;
}

/** What is said where nothing was found: by how many checks, or that none of them could tell. */
export function nothingFound(counts: Counts, judged: boolean): string {
  const { of, ran, inPart } = counts;
  const checks = several(of, "check");
  if (!judged) return `cannot say: ${ran} of ${checks} could run${inPart === 0 ? "" : ` (${inPart} in part)`}`;
  const rest = restOf(counts);
  return rest === "" ? `nothing found (${checks} ran)` : `nothing found by ${ran} of ${checks} (${rest})`;
}

const restOf = ({ ran, inPart, notRun }: Omit<Counts, "of">): string =>
  [
    ...(inPart === 0 ? [] : [`${inPart} ${ran === 0 ? "" : "more "}in part`]),
    ...(notRun === 0 ? [] : [`${notRun} could not run`]),
  ].join(", ");

/** What would let checks run that could not. */
export interface Needed {
  readonly commands: readonly string[];
  /** How many of the checks could run with what these print. */
  readonly runs: number;
  /** Why the first check could not, where no command would help. */
  readonly why: string;
}

/** More commands than these are better left to the collector. */
const mostCommands = 6;

/** The commands that most of the checks which could not run wait for, until most of them could. */
export function neededBy({ skipped }: Pick<FindingsReport, "skipped">): Needed {
  const waiting = skipped.filter(({ lacks }) => lacks.length > 0);
  const wanted = new Map<string, number>();
  for (const { lacks } of waiting) for (const command of lacks) wanted.set(command, (wanted.get(command) ?? 0) + 1);
  const ranked = [...wanted].toSorted(([, a], [, b]) => b - a).map(([command]) => command);
  const runWith = (count: number): number => {
    const taken = new Set(ranked.slice(0, count));
    return waiting.filter(({ lacks }) => lacks.every((command) => taken.has(command))).length;
  };
  const most = Math.min(mostCommands, ranked.length);
  let count = most === 0 ? 0 : 1;
  while (count < most && runWith(count) * 2 <= waiting.length) count++;
  return { commands: ranked.slice(0, count), runs: runWith(count), why: skipped[0]?.why ?? "" };
}

/** That nothing can be said, and what it needs, in one sentence for formats that have no place for more. */
export function cannotSay(report: Pick<FindingsReport, "counts" | "skipped">): string {
  const { commands, why } = neededBy(report);
  return `${nothingFound(report.counts, false)}; ${commands.length === 0 ? why : `needs ${commands.join(", ")}`}`;
}

/** The checks that could not tell, or not everything, by the reason. */
export function byReason(skipped: FindingsReport["skipped"]): readonly SkipReason[] {
  return [...groupBy(skipped, ({ why }) => why)].map(([why, alike]) => ({
    why,
    how: alike[0]?.how ?? "",
    checks: alike.map(({ check }) => check),
  }));
}

export interface SkipReason {
  readonly why: string;
  readonly how: string;
  readonly checks: readonly string[];
}
