import type { Tracer } from "../../trace/trace.ts";
import type { Block } from "./classes.ts";
import type { HostPlace } from "./host-places.ts";
import { attempt, directoryOf, type FlowOutcome } from "./outcome.ts";
import type { PeerPair } from "./peer-pairs.ts";
import type { Destination } from "./targets.ts";

/** What became of a flow. In the order of how much people care. */
export const flowChangeKinds = [
  "lost",
  "gained",
  "answered-by-another",
  "seen-differently",
  "fails-differently",
] as const;
export type FlowChangeKind = (typeof flowChangeKinds)[number];

/** Attempts that come out alike before and alike after: all of these parties to all of these destinations. */
export interface FlowChange {
  readonly kind: FlowChangeKind;
  readonly from: readonly PeerPair[];
  readonly to: readonly Destination[];
  /** How one of them comes out, as an example of all. */
  readonly before: FlowOutcome;
  readonly after: FlowOutcome;
}

/** Attempts of which one side, or both, cannot say how they come out. */
export interface UnknownFlows {
  readonly from: readonly PeerPair[];
  readonly to: readonly Destination[];
  readonly before: FlowOutcome;
  readonly after: FlowOutcome;
}

export interface FlowComparison {
  readonly changes: readonly FlowChange[];
  readonly unknown: readonly UnknownFlows[];
  /** How many attempts were compared. */
  readonly compared: number;
  /** How many were not, as enough were asked. */
  readonly leftOut: number;
}

/** More attempts are not asked: those that are like none of them are left out, and counted. */
export const mostAsked = 6000;

interface Outcomes {
  readonly before: FlowOutcome;
  readonly after: FlowOutcome;
}

export interface Tracers {
  readonly before: Tracer;
  readonly after: Tracer;
}

/**
 * Asks on both sides whether each party reaches each destination, and lists where the answers differ. Of blocks that come out
 * alike one is asked; what differs is asked again in each block, so that whatever is reported was tried. `tell` hears how
 * many blocks were looked at. No more than `most` are asked.
 */
export function compareFlows(
  tracers: Tracers,
  parties: readonly PeerPair[],
  places: readonly HostPlace[],
  blocks: Iterable<Block>,
  tell: (done: number) => void,
  most = mostAsked,
): FlowComparison {
  const directories = {
    before: directoryOf(parties, places, "before"),
    after: directoryOf(parties, places, "after"),
  };
  const ask = (party: PeerPair, destination: Destination, side: "before" | "after"): FlowOutcome =>
    attempt(tracers[side], directories[side], party, party.origin[side], destination, destination.address[side]);
  let asked = 0;
  const askBoth = ({ from: [party], to: [destination] }: Block): Outcomes | null => {
    if (party === undefined || destination === undefined || asked === most) return null;
    asked++;
    return { before: ask(party, destination, "before"), after: ask(party, destination, "after") };
  };
  const changes: FlowChange[] = [];
  const unknown: UnknownFlows[] = [];
  /** How blocks come out, by their keys. */
  const settled = new Map<string, Outcomes>();
  let compared = 0;
  let leftOut = 0;
  let done = 0;
  for (const block of blocks) {
    tell(done++);
    const { from, to, key } = block;
    const alike = settled.get(key);
    // What differs is never concluded from another block.
    const outcome = alike === undefined || changeOf(alike) !== null ? askBoth(block) : alike;
    if (outcome === null) {
      leftOut += countPairs(block);
      continue;
    }
    settled.set(key, alike ?? outcome);
    const { before, after } = outcome;
    if (before.state === "absent" && after.state === "absent") continue;
    compared += countPairs(block);
    const kind = changeOf(outcome);
    if (before.state === "unknown" || after.state === "unknown") unknown.push({ from, to, before, after });
    else if (kind !== null) changes.push({ kind, from, to, before, after });
  }
  return { changes, unknown, compared, leftOut };
}

/** How many attempts there are from all of these to all of those. */
export const countPairs = ({ from, to }: Pick<Block, "from" | "to">): number => from.length * to.length;

/** Null where nothing differs, or where one side does not know. */
function changeOf({ before, after }: Outcomes): FlowChangeKind | null {
  if (before.state === "unknown" || after.state === "unknown") return null;
  if (before.state === "open" && after.state !== "open") return "lost";
  if (before.state !== "open" && after.state === "open") return "gained";
  if (before.state === "absent" || after.state === "absent") return null;
  if (before.receiver !== after.receiver) return "answered-by-another";
  if (before.seen !== after.seen) return "seen-differently";
  return before.failure === after.failure ? null : "fails-differently";
}
