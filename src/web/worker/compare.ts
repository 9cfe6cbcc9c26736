import type { Snapshot } from "../../captures/snapshot.ts";
import { SnapshotError } from "../../captures/snapshot.ts";
import { compare } from "../../operations/compare.ts";
import type { Comparison, FlowReport } from "../../results/comparison.ts";
import { type Packed, unpackReport } from "../packed.ts";
import { chainRows } from "./chain-rows.ts";
import type { Compared, ComparedOutcome, FlowAnswers, OpenRequest } from "./messages.ts";
import { readFiles, type Tell } from "./session.ts";

/** Compares two snapshots as the command does; a report without raw captures holds the comparison itself. */
export async function compareOpened(before: OpenRequest, after: OpenRequest, tell: Tell): Promise<Comparison> {
  tell({ what: "Reading both snapshots", done: 0, of: 0 });
  const [first, second] = [await contentOf(before), await contentOf(after)];
  if ("comparison" in second && second.comparison !== undefined) return second.comparison;
  tell({ what: "Comparing things and rules", done: 0, of: 0 });
  return compare(snapshotOf(first), snapshotOf(second), {
    tell: (done, of) => tell({ what: "Comparing who reaches whom", done, of }),
  });
}

async function contentOf(request: OpenRequest): Promise<Packed> {
  if (request.kind === "open-packed") return unpackReport(request.packed);
  return { name: request.name, snapshot: await readFiles(request) };
}

function snapshotOf(content: Packed): Snapshot {
  if ("snapshot" in content) return content.snapshot;
  throw new SnapshotError("this report holds no raw captures and no comparison");
}

/** What the page shows at once. */
export function toCompared({ flows, chains, ...rest }: Comparison): Compared {
  return {
    ...rest,
    flows: flows.map((flow) => ({ ...flow, before: outcome(flow.before), after: outcome(flow.after) })),
    chains: chains.map(({ lines, ...chain }) => ({ ...chain, rows: chainRows(lines, chain.edits) })),
  };
}

const outcome = ({ state, answer }: FlowReport["before"]): ComparedOutcome => ({
  state,
  verdict: answer?.verdict ?? null,
});

export function flowOf({ flows }: Comparison, at: number): FlowAnswers {
  const flow = flows[at];
  return { before: flow?.before.answer ?? null, after: flow?.after.answer ?? null };
}
