import { groupBy } from "../../lib/group-by.ts";
import { sortedBy } from "../../lib/order.ts";
import { several } from "../../lib/several.ts";
import type { Comparison } from "../../results/comparison.ts";

/** What a comparison is summed up from: the page has it without all else. */
type Summed = Pick<Comparison, "summary" | "changes" | "findings"> & {
  readonly flows: readonly unknown[];
  readonly chains: readonly unknown[];
};

/** Whether nothing at all differs, as far as it could be compared. */
export const isEqual = ({ flows, changes, chains, findings }: Summed): boolean =>
  flows.length + changes.length + chains.length + findings.new.length + findings.gone.length === 0;

export interface SummaryPart {
  /** The part of a report that says more. */
  readonly part: "flows" | "things" | "rules" | "findings";
  readonly text: string;
}

/** `lost 12 flows, gained 3`, `2 containers replaced, 1 network added`, `4 rules changed`, `1 new error`; empty when all is equal. */
export function summaryParts(comparison: Summed): readonly SummaryPart[] {
  const { summary, findings } = comparison;
  const parts: readonly SummaryPart[] = [
    { part: "flows", text: flowWords(summary.flows) },
    { part: "things", text: thingWords(comparison) },
    { part: "rules", text: ruleWords(comparison) },
    { part: "findings", text: findingWords(findings) },
  ];
  return parts.filter(({ text }) => text !== "");
}

function flowWords(flows: Comparison["summary"]["flows"]): string {
  const { lost, gained, answeredByAnother, seenDifferently, failsDifferently } = flows;
  const noun = (count: number) => `${several(count, "flow")}`;
  const [first, ...others] = [
    { count: lost, say: (what: string) => `lost ${what}` },
    { count: gained, say: (what: string) => `gained ${what}` },
    { count: answeredByAnother, say: (what: string) => `${what} answered by another` },
    { count: seenDifferently, say: (what: string) => `${what} seen differently` },
    { count: failsDifferently, say: (what: string) => `${what} failing differently` },
  ].filter(({ count }) => count > 0);
  if (first === undefined) return "";
  return [first.say(noun(first.count)), ...others.map(({ count, say }) => say(String(count)))].join(", ");
}

/** Kinds of things that are named in the summary; all others are counted together. */
const mainKinds = ["container", "network", "published-port"];

function thingWords({ changes }: Summed): string {
  const main = mainKinds.flatMap((kind) => {
    const some = groupBy(
      changes.filter(({ thing }) => thing.kind === kind),
      (change) => change.kind,
    );
    return (["replaced", "removed", "added", "changed"] as const).flatMap((how) => {
      const count = some.get(how)?.length ?? 0;
      return count === 0 ? [] : [`${several(count, kindWords(kind))} ${how}`];
    });
  });
  const others = changes.filter(({ thing }) => !mainKinds.includes(thing.kind)).length;
  if (others > 0) main.push(`${main.length === 0 ? several(others, "thing") : several(others, "other thing")} changed`);
  return main.join(", ");
}

/** `published-port` in words. */
export const kindWords = (kind: string): string => kind.replaceAll("-", " ");

function ruleWords({ summary, chains }: Summed): string {
  if (summary.rules > 0) return `${several(summary.rules, "rule")} changed`;
  // Chains without a rule come and go.
  return chains.length > 0 ? `${several(chains.length, "chain")} changed` : "";
}

function findingWords({ new: fresh, gone }: Comparison["findings"]): string {
  const count = (severity: string) => fresh.filter((one) => one.severity === severity).length;
  const words = [
    [count("error"), "new error"],
    [count("warning"), "new warning"],
    [count("info"), "new remark"],
  ] as const;
  return [
    ...words.flatMap(([number, word]) => (number === 0 ? [] : [several(number, word)])),
    ...(gone.length === 0 ? [] : [`${several(gone.length, "finding")} gone`]),
  ].join(", ");
}

/** What was not looked at, for the last lines of a report. */
export function leftOutWords({ summary }: Comparison): string {
  return summary.ignored === 0 ? "" : `${several(summary.ignored, "change")} left out by --ignore`;
}

const severities = ["error", "warning", "info"] as const;

type Findings = Comparison["findings"]["new"];

/** The most severe findings first, each with those that follow from it. */
export function withConsequences(
  findings: Findings,
): readonly { readonly finding: Findings[number]; readonly consequences: Findings }[] {
  const keyOf = ({ check, subject }: Pick<Findings[number], "check" | "subject">) =>
    `${check} ${subject.kind} ${subject.name}`;
  const listed = new Map(findings.map((one) => [keyOf(one), one]));
  const causeOf = ({ follows }: Findings[number]) => (follows === null ? undefined : listed.get(keyOf(follows)));
  const rootOf = (one: Findings[number]): Findings[number] => {
    const seen = new Set([one]);
    for (let cause = causeOf(one); cause !== undefined && !seen.has(cause); cause = causeOf(cause)) seen.add(cause);
    return [...seen].at(-1) ?? one;
  };
  const groups = groupBy(findings, rootOf);
  return sortedBy([...groups], ([{ severity }]) => severities.indexOf(severity)).map(([finding, all]) => ({
    finding,
    consequences: sortedBy(
      all.filter((one) => one !== finding),
      ({ severity }) => severities.indexOf(severity),
    ),
  }));
}
