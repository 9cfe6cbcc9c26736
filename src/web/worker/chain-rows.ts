import type { Comparison } from "../../results/comparison.ts";
import type { ChainRow } from "./messages.ts";

type Chain = Comparison["chains"][number];
type Edit = Chain["edits"][number];

/** So many lines that are the same stand around each change; the rest is counted. */
const context = 2;

/** A chain's text diff, from the edits of its rules: what is in no edit is the same on both sides, in the same order. */
export function chainRows({ before, after }: Chain["lines"], edits: readonly Edit[]): ChainRow[] {
  const left = new Map(edits.flatMap((edit) => (edit.before === null ? [] : [[edit.before.position, edit] as const])));
  const right = new Map(edits.flatMap((edit) => (edit.after === null ? [] : [[edit.after.position, edit] as const])));
  const rows: ChainRow[] = [];
  let [i, j] = [1, 1];
  for (;;) {
    const removed = left.get(i);
    const added = right.get(j);
    if (removed !== undefined && i <= before.length) {
      rows.push(edited("removed", removed));
      i++;
    } else if (added !== undefined && j <= after.length) {
      rows.push(edited("added", added));
      j++;
    } else if (i > before.length && j > after.length) return folded(rows);
    else {
      rows.push({ kind: "same", text: after[j - 1] ?? before[i - 1] ?? "" });
      i++;
      j++;
    }
  }
}

function edited(kind: "added" | "removed", { before, after, kind: how }: Edit): ChainRow {
  const place = kind === "added" ? after : before;
  const { text = "", source = { file: "", line: 0 } } = place ?? {};
  return { kind, text, source, also: how === "moved" || how === "changed" ? how : null };
}

/** Counts what is far from any change. */
function folded(rows: readonly ChainRow[]): ChainRow[] {
  const near = new Set<number>();
  for (const [at, { kind }] of rows.entries())
    if (kind !== "same") for (let other = at - context; other <= at + context; other++) near.add(other);
  const shown: ChainRow[] = [];
  for (const [at, row] of rows.entries()) {
    const last = shown.at(-1);
    if (near.has(at)) shown.push(row);
    else if (last?.kind === "skipped") shown[shown.length - 1] = { kind: "skipped", count: last.count + 1 };
    else shown.push({ kind: "skipped", count: 1 });
  }
  return shown;
}
