import type { Address } from "../../lib/address.ts";
import type { Tracer } from "../../reach/trace.ts";
import type { HostPlace } from "./host-places.ts";
import { attempt, directoryOf, type Outcome } from "./outcome.ts";
import type { Party } from "./parties.ts";
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

/** Parties and destinations, of which those in one group are treated alike on both sides. */
export interface Classes {
  readonly parties: readonly (readonly Party[])[];
  readonly destinations: readonly (readonly Destination[])[];
  /** Whether a pair has to be asked for itself: somebody asks for his own address, or a rule names both. */
  readonly isSingular: (party: Party, destination: Destination) => boolean;
}

export interface Tracers {
  readonly before: Tracer;
  readonly after: Tracer;
}

/**
 * Asks on both sides whether each party reaches each destination, and lists where the answers differ. `tell` hears how many
 * of all pairs are done.
 */
export function compareFlows(
  tracers: Tracers,
  { parties, destinations, isSingular }: Classes,
  places: readonly HostPlace[],
  tell: (done: number, of: number) => void,
): FlowComparison {
  const everybody = parties.flat();
  const directories = {
    before: directoryOf(everybody, places, "before"),
    after: directoryOf(everybody, places, "after"),
  };
  const ask = (party: Party, destination: Destination, side: "before" | "after"): Outcome =>
    attempt(tracers[side], directories[side], party, party.origin[side], destination, destination.address[side]);
  const changes: FlowChange[] = [];
  const unknown: UnknownFlows[] = [];
  let compared = 0;
  const compare = (from: readonly Party[], to: readonly Destination[]): void => {
    const [party, destination] = [from[0], to[0]];
    if (party === undefined || destination === undefined || !mayAsk(party, destination)) return;
    const [before, after] = [ask(party, destination, "before"), ask(party, destination, "after")];
    if (before.state === "absent" && after.state === "absent") return;
    compared += from.length * to.length;
    if (before.state === "unknown" || after.state === "unknown") unknown.push({ from, to, before, after });
    const kind = changeOf(before, after);
    if (kind !== null) changes.push({ kind, from, to, before, after });
  };
  for (const [done, some] of parties.entries()) {
    tell(done, parties.length);
    for (const group of destinations) {
      const singular = some.flatMap((party) =>
        group.flatMap((destination) => (isSingular(party, destination) ? [{ party, destination }] : [])),
      );
      for (const { party, destination } of singular) compare([party], [destination]);
      if (singular.length === 0) compare(some, group);
      else
        for (const party of some)
          compare(
            [party],
            group.filter((one) => !singular.some((pair) => pair.party === party && pair.destination === one)),
          );
    }
  }
  return { changes, unknown, compared };
}

/**
 * Machines outside are not asked how they reach one another, who has only one family asks in that one, and the host's
 * loopback is for the host: everybody else has one of his own.
 */
function mayAsk({ kind, family }: Party, { place, address }: Destination): boolean {
  if (kind === "outside" && place.kind === "outside") return false;
  const asked = address.before ?? address.after;
  if (asked !== null && kind !== "host" && isLoopback(asked)) return false;
  return family === null || family === asked?.family;
}

const isLoopback = ({ family, value }: Address): boolean => (family === 4 ? value >> 24n === 127n : value === 1n);

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
