import { groupBy } from "../../lib/group-by.ts";
import { layOut, type TextRow } from "./rows.ts";

/** A tree of rows. Siblings of one group share their columns. */
export interface Branch {
  readonly row: TextRow;
  readonly group: string;
  readonly children: readonly Branch[];
}

/** Draws branches with box characters. */
export function drawTree(branches: readonly Branch[], width: number, prefix = ""): string[] {
  const room = width - prefix.length - 3;
  const laidOut = new Map<Branch, string[]>();
  for (const members of groupBy(branches, ({ group }) => group).values()) {
    const lines = layOut(
      members.map(({ row }) => row),
      room,
    );
    members.forEach((branch, i) => {
      laidOut.set(branch, lines[i] ?? []);
    });
  }
  return branches.flatMap((branch, i) => {
    const last = i === branches.length - 1;
    const below = `${prefix}${last ? "   " : "│  "}`;
    const stem = branch.children.length > 0 ? "│" : " ";
    const lines = (laidOut.get(branch) ?? []).map((line, j) =>
      j === 0 ? `${prefix}${last ? "└─ " : "├─ "}${line}` : `${below}${stem}${line.slice(1)}`,
    );
    return [...lines, ...drawTree(branch.children, width, below)];
  });
}
