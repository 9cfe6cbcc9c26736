import type { Tracer } from "../../reach/trace.ts";
import type { Block } from "./classes.ts";
import type { HostPlace } from "./host-places.ts";
import { attempt, directoryOf, type Outcome } from "./outcome.ts";
import type { Party } from "./parties.ts";
import type { Both } from "./side.ts";
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
  readonly from: readonly Party[];
  readonly to: readonly Destination[];
  /** How one of them comes out, as an example of all. */
  readonly before: Outcome;
  readonly after: Outcome;
}

/** Attempts of which one side, or both, cannot say how they come out. */
export interface UnknownFlows {
  readonly from: readonly Party[];
  readonly to: readonly Destination[];
  readonly before: Outcome;
  readonly after: Outcome;
}

export interface FlowComparison {
  readonly changes: readonly FlowChange[];
  readonly unknown: readonly UnknownFlows[];
  /** How many attempts were compared, and how many of them answered on both sides. */
  readonly compared: number;
}

export interface Tracers {
  readonly before: Tracer;
  readonly after: Tracer;
}

/**
 * Asks on both sides whether each party reaches each destination, and lists where the answers differ. Of blocks that come out
 * alike one is asked; what differs is asked again in each block, so that whatever is reported was tried. `tell` hears how
 * many blocks were looked at.
 */
export function compareFlows(
  tracers: Tracers,
  parties: readonly Party[],
  places: readonly HostPlace[],
  blocks: Iterable<Block>,
  tell: (done: number) => void,
): FlowComparison {
  const directories = {
    before: directoryOf(parties, places, "before"),
    after: directoryOf(parties, places, "after"),
  };
  const ask = (party: Party, destination: Destination, side: "before" | "after"): Outcome =>
    attempt(tracers[side], directories[side], party, party.origin[side], destination, destination.address[side]);
  const askBoth = ({ from: [party], to: [destination] }: Block): Both<Outcome> =>
    party === undefined || destination === undefined
      ? { before: null, after: null }
      : { before: ask(party, destination, "before"), after: ask(party, destination, "after") };
  const changes: FlowChange[] = [];
  const unknown: UnknownFlows[] = [];
  /** How blocks come out, by their keys. */
  const settled = new Map<string, Both<Outcome>>();
  let compared = 0;
  let done = 0;
  for (const block of blocks) {
    tell(done++);
    const { from, to, key } = block;
    const known = settled.get(key) ?? askBoth(block);
    settled.set(key, known);
    if (known.before === null || known.after === null) continue;
    if (known.before.state === "absent" && known.after.state === "absent") continue;
    compared += countPairs(block);
    if (known.before.state === "unknown" || known.after.state === "unknown") {
      unknown.push({ from, to, before: known.before, after: known.after });
      continue;
    }
    if (changeOf(known.before, known.after) === null) continue;
    const { before, after } = askBoth(block);
    const kind = before === null || after === null ? null : changeOf(before, after);
    if (kind !== null && before !== null && after !== null) changes.push({ kind, from, to, before, after });
  }
  return { changes, unknown, compared };
}

/** How many attempts there are from all of these to all of those. */
export const countPairs = ({ from, to }: Pick<Block, "from" | "to">): number => from.length * to.length;

/** Null where nothing differs, or where one side does not know. */
function changeOf(before: Outcome, after: Outcome): FlowChangeKind | null {
  if (before.state === "unknown" || after.state === "unknown") return null;
  if (before.state === "open" && after.state !== "open") return "lost";
  if (before.state !== "open" && after.state === "open") return "gained";
  if (before.state === "absent" || after.state === "absent") return null;
  if (before.receiver !== after.receiver) return "answered-by-another";
  if (before.seen !== after.seen) return "seen-differently";
  return before.failure === after.failure ? null : "fails-differently";
}
