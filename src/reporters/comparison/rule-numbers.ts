import type { AnswerReport } from "../../results/answer.ts";
import type { Comparison } from "../../results/comparison.ts";
import type { Blocker } from "../trace/verdict.ts";
import type { SideName } from "./names.ts";

/** Which rule of its chain it is, from 1 as iptables counts, and what the change did to it; null where nothing says so. */
export interface RuleNumber {
  readonly position: number | null;
  readonly edit: "added" | "removed" | "moved" | "changed" | null;
}

/** Looks up a rule that decided a flow among the chains that differ. */
export type RuleNumbers = (blocker: Blocker, answer: AnswerReport, side: SideName) => RuleNumber;

export function ruleNumbersOf({ chains }: Comparison): RuleNumbers {
  return ({ table, text }, { to }, side) => {
    const family = to?.includes("[") === true ? 6 : 4;
    const found = chains.filter(({ place, formerly }) => {
      const there = side === "before" ? (formerly ?? place) : place;
      // The rule may be in a chain that the table's own one leads to; its text names it.
      return (
        there.family === family &&
        table.startsWith(`${there.table} `) &&
        table.endsWith(` of ${there.namespace}`) &&
        text.startsWith(`-A ${there.chain} `)
      );
    });
    const [chain, ...others] = found;
    // Both back ends may have such a chain.
    if (chain === undefined || others.length > 0) return { position: null, edit: null };
    const edits = chain.edits.filter((one) => one[side]?.text === text);
    const [edit] = edits;
    if (edit !== undefined && edits.length === 1) return { position: edit[side]?.position ?? null, edit: edit.kind };
    const lines = chain.lines[side];
    const position = lines.indexOf(text) + 1;
    const isOnly = position > 0 && lines.indexOf(text, position) === -1 && edits.length === 0;
    return { position: isOnly ? position : null, edit: null };
  };
}
