import { groupBy } from "../../lib/group-by.ts";
import { padTo } from "../../lib/text-width.ts";
import type { Comparison } from "../../results/comparison.ts";
import { styleOf } from "../text/style.ts";
import type { ComparisonReporter } from "./reporter.ts";
import { kindWords } from "./summary.ts";

/** Only how much of each kind is not as it was, a line a kind; nothing when all is. */
export const stat: ComparisonReporter = (comparison, options) => {
  const style = styleOf(options);
  const rows = [
    ["flows", flowCounts(comparison)],
    ...thingCounts(comparison),
    ["rules", editCounts(comparison)],
    ["findings", findingCounts(comparison)],
  ] as const;
  const shown = rows.map(([kind, counts]) => [`${kind}`, counts.filter(([count]) => count > 0)] as const);
  const widest = Math.max(0, ...shown.map(([kind]) => kind.length));
  return shown
    .filter(([, counts]) => counts.length > 0)
    .map(([kind, counts]) => {
      const words = counts.map(([count, word]) => `${count} ${word}`).join(", ");
      return `${padTo(style.plain(kind), widest)}  ${/ lost\b| new errors?\b/.test(words) ? style.bad(words) : style.sentence(words)}\n`;
    })
    .join("");
};

type Counts = readonly (readonly [count: number, word: string])[];

function flowCounts({ summary }: Comparison): Counts {
  const { lost, gained, answeredByAnother, seenDifferently, failsDifferently, unknown } = summary.flows;
  return [
    [lost, "lost"],
    [gained, "gained"],
    [answeredByAnother, "answered by another"],
    [seenDifferently, "seen differently"],
    [failsDifferently, "failing differently"],
    [unknown, "not known"],
  ];
}

const changeKinds = ["added", "removed", "replaced", "changed"] as const;

function thingCounts({ changes }: Comparison): [string, Counts][] {
  return [...groupBy(changes, ({ thing }) => thing.kind)].map(([kind, some]) => [
    plural(kindWords(kind)),
    changeKinds.map((how) => [some.filter((one) => one.kind === how).length, how] as const),
  ]);
}

const plural = (word: string): string => (/(?:ss|x)$/.test(word) ? `${word}es` : `${word}s`);

function editCounts({ chains }: Comparison): Counts {
  const edits = chains.flatMap((chain) => chain.edits);
  const policies = chains.filter(({ policy }) => policy !== null).length;
  const whole = chains.filter(({ kind }) => kind !== "changed").length;
  const count = (how: string) => edits.filter(({ kind }) => kind === how).length;
  return [
    [count("added"), "added"],
    [count("removed"), "removed"],
    [count("moved"), "moved"],
    [count("changed"), "changed"],
    [policies, policies === 1 ? "policy changed" : "policies changed"],
    [whole, whole === 1 ? "whole chain" : "whole chains"],
  ];
}

function findingCounts({ findings }: Comparison): Counts {
  const count = (severity: string) => findings.new.filter((one) => one.severity === severity).length;
  const [errors, warnings, remarks] = [count("error"), count("warning"), count("info")];
  return [
    [errors, errors === 1 ? "new error" : "new errors"],
    [warnings, warnings === 1 ? "new warning" : "new warnings"],
    [remarks, remarks === 1 ? "new remark" : "new remarks"],
    [findings.gone.length, "gone"],
  ];
}
