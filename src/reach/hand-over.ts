import type { Address } from "../lib/address.ts";
import type { End, Flight } from "./flight.ts";
import type { Passed } from "./hooks.ts";
import type { Stack, World } from "./stack.ts";

/** What a question is followed through, and how closely. */
export interface Walk {
  readonly world: World;
  /** Record the rules that were passed over, too. */
  readonly verbose: boolean;
}

/** A packet that a namespace puts on a link, towards a neighbour there. */
export interface Departure {
  readonly kind: "departure";
  readonly stack: Stack;
  readonly flight: Flight;
  readonly device: string;
  readonly nextHop: Address;
}

/** A packet that comes in by an interface of a namespace. */
export interface Arrival {
  readonly kind: "arrival";
  readonly stack: Stack;
  readonly flight: Flight;
  readonly incoming: string;
  /** The bridge port it came by; null when it came by none or by one that is not known. */
  readonly port: string | null;
  /** `routing`: the bridge has already called PREROUTING for it. */
  readonly stage: "prerouting" | "routing";
}

/** What one layer hands to the next. */
export type Handed = Departure | Arrival | { readonly kind: "end"; readonly end: End };

/** Goes on with every packet that a hook let pass, and keeps the ends. */
export function through(passed: readonly Passed[], onward: (flight: Flight) => readonly Handed[]): readonly Handed[] {
  return passed.flatMap((one): readonly Handed[] =>
    "end" in one ? [{ kind: "end", end: one.end }] : onward(one.flight),
  );
}

/** An end, as the only thing handed on. */
export const ended = (end: End): readonly Handed[] => [{ kind: "end", end }];

/** The packet as it comes into another namespace: its mark and its connection stay behind. */
export function arrive(stack: Stack, flight: Flight, incoming: string, port: string | null): Arrival {
  return { kind: "arrival", stack, flight: { ...flight, mark: 0, tracked: null }, incoming, port, stage: "prerouting" };
}
