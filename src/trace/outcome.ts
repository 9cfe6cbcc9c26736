import type { Reason } from "../reasons/reason.ts";
import type { Answer, BehindProxy, Receiver, Reply, Verdict } from "./answer.ts";
import type { QuestionOptions } from "./first-packet.ts";
import type { Origin } from "./origin.ts";
import type { PacketState, PathEnd } from "./packet-state.ts";
import type { Target } from "./question.ts";
import type { TraceContext } from "./transfer.ts";

/** One way in which the question may come out. */
export interface Outcome {
  readonly verdict: Exclude<Verdict, "ambiguous">;
  readonly deliveredTo: Receiver | null;
  readonly sourceSeen: string | null;
  readonly rejectedWith: string | null;
  readonly reason: Answer["reason"];
  readonly failure: Answer["failure"];
  /** The namespace that took it in, where nobody listens; also when its refusal gets lost. */
  readonly refusedBy: string | null;
  readonly behindProxy: BehindProxy | null;
  readonly why: readonly Reason[];
  readonly packet: PacketState;
  readonly reply: Reply | null;
}

/** What an outcome has to say of most things. */
export const nothing = {
  deliveredTo: null,
  sourceSeen: null,
  rejectedWith: null,
  reason: null,
  failure: null,
  refusedBy: null,
  behindProxy: null,
  why: [],
  reply: null,
} as const;

/** A question on its way: what it is followed through, who asks for what, and how. */
export interface Inquiry {
  readonly context: TraceContext;
  readonly origin: Origin;
  readonly target: Target;
  readonly asked: QuestionOptions;
  /** What becomes of a packet where its way goes on: behind docker-proxy, and by a router outside. */
  readonly outcomesOf: (inquiry: Inquiry, end: PathEnd) => readonly Outcome[];
}
