import type { Dataplane, Stack } from "../dataplane/types.ts";
import type { Address } from "../lib/address.ts";
import type { Passed } from "./hooks.ts";
import type { PacketState, PathEnd } from "./packet-state.ts";

/** What a question is followed through, and how closely. */
export interface TraceContext {
  readonly dataplane: Dataplane;
  /** Record the rules that were passed over, too. */
  readonly verbose: boolean;
}

/** A packet that a namespace puts on a link, towards a neighbour there. */
export interface Departure {
  readonly kind: "departure";
  readonly stack: Stack;
  readonly packet: PacketState;
  readonly device: string;
  readonly nextHop: Address;
}

/** A packet that comes in by an interface of a namespace. */
export interface Arrival {
  readonly kind: "arrival";
  readonly stack: Stack;
  readonly packet: PacketState;
  readonly incoming: string;
  /** The bridge port it came by; null when it came by none or by one that is not known. */
  readonly port: string | null;
  /** `routing`: the bridge has already called PREROUTING for it. */
  readonly stage: "prerouting" | "routing";
}

/** What one layer hands to the next. */
export type Transfer = Departure | Arrival | { readonly kind: "end"; readonly end: PathEnd };

/** Goes on with every packet that a hook let pass, and keeps the ends. */
export function forEachPassed(
  passed: readonly Passed[],
  onward: (packet: PacketState) => readonly Transfer[],
): readonly Transfer[] {
  return passed.flatMap((one): readonly Transfer[] =>
    "end" in one ? [{ kind: "end", end: one.end }] : onward(one.packet),
  );
}

/** An end, as the only thing handed on. */
export const ended = (end: PathEnd): readonly Transfer[] => [{ kind: "end", end }];

/** The packet as it comes into another namespace: its mark and its connection stay behind. */
export function arrive(stack: Stack, packet: PacketState, incoming: string, port: string | null): Arrival {
  return { kind: "arrival", stack, packet: { ...packet, mark: 0, tracked: null }, incoming, port, stage: "prerouting" };
}
