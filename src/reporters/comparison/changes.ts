import { groupBy } from "../../lib/group-by.ts";
import { hostWord } from "../../model/namespace-id.ts";
import type { Comparison } from "../../results/comparison.ts";
import { kindWords } from "./summary.ts";

export type ChangeReport = Comparison["changes"][number];

/** Changes of several things that are the same but for the things' names. */
export interface MergedChange {
  readonly kind: ChangeReport["kind"];
  /** `container `, `published port `; "" where the names begin with it. */
  readonly what: string;
  readonly names: readonly string[];
  /** ` in web`; "" for the host's own. */
  readonly within: string;
  readonly fields: ChangeReport["fields"];
  readonly changes: readonly ChangeReport[];
}

/** The changes in their order, each kind of thing together, with those that say the same of several things merged. */
export function mergeChanges(changes: readonly ChangeReport[]): readonly MergedChange[] {
  const alike = ({ kind, thing, fields }: ChangeReport) => JSON.stringify([thing.kind, kind, thing.within, fields]);
  return [...groupBy(changes, alike).values()].flatMap((some): MergedChange[] => {
    const [first] = some;
    if (first === undefined) return [];
    const { kind, thing, fields } = first;
    const within = thing.within === null || thing.within === hostWord ? "" : ` in ${thing.within}`;
    const names = some.map(({ thing: { name } }) => name);
    const what = `${kindWords(thing.kind)} `;
    const isSaid = names.every((name) => name.startsWith(what));
    return [{ kind, what: isSaid ? "" : what, names, within, fields, changes: some }];
  });
}

/** `IPv4 address 10.20.0.3/24 → 10.20.0.77/24`; of what is on one side only just what it is. */
export function fieldWords(
  kind: ChangeReport["kind"],
  { name, before, after }: ChangeReport["fields"][number],
): string {
  if (kind === "added" || kind === "removed") return `${name} ${after ?? before ?? ""}`;
  // A thing that has one value is not told that it is one.
  const label = name === "value" ? "" : `${name} `;
  return `${label}${before ?? "none"} → ${after ?? "none"}`;
}
