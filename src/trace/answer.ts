import type { Reason } from "../reasons/reason.ts";
import type { VerdictCode } from "../reasons/verdict-codes.ts";
import type { Stop } from "./decision.ts";
import type { Step, UnroutableReason } from "./packet-state.ts";

export type Verdict = "delivered" | "dropped" | "rejected" | "unroutable" | "refused" | "ambiguous" | "unknown";

/** Whether it is not settled what becomes of the packet: not known, or left to chance. */
export const isOpen = (verdict: Verdict): boolean => verdict === "unknown" || verdict === "ambiguous";

/** Who got the packet, and at which address and port there. */
export interface Receiver {
  readonly kind: "container" | "host" | "outside";
  /** `host`, or the container that owns the namespace, as `namespaceNameOf` writes it; for machines outside their address. */
  readonly name: string;
  /** All that share the namespace; in the host's, `host` comes first. */
  readonly names: readonly string[];
  readonly address: string;
  readonly port: number | null;
}

/** Whether a container got it, alone or as one of those that share a namespace. */
export const isReceivedBy = (receiver: Receiver | null, container: string): boolean =>
  receiver !== null && (receiver.kind === "host" ? receiver.names.slice(1) : receiver.names).includes(container);

/** The answer to one question. Plain data; printed as JSON as it is. */
export interface Answer {
  readonly from: string;
  readonly to: string;
  readonly verdict: Verdict;
  /** Why the verdict is as it is, of a closed list. */
  readonly code: VerdictCode;
  /** The rule or policy that stopped the packet, or the answer to it; null where none did. */
  readonly decision: Stop | null;
  /** The packet as its sender sent it; null where none was sent. */
  readonly sent: Sent | null;
  readonly deliveredTo: Receiver | null;
  /** The source address that the receiver sees; null when nobody got it, or when it is not certain. */
  readonly sourceSeen: string | null;
  /** What answers a rejected packet: `icmp-port-unreachable`, `tcp-reset`, … */
  readonly rejectedWith: string | null;
  /** Why there is no way, for `unroutable`. */
  readonly reason: UnroutableReason | "name-unknown" | null;
  /** How the sender notices a failure: it waits in vain, or is told at once. Null when delivered or unknown. */
  readonly failure: "silence" | "refusal" | null;
  /** What became of docker-proxy's own connection when it could not pass on what it took; null as a rule. */
  readonly behindProxy: BehindProxy | null;
  /** What decided, or why it is not known. */
  readonly because: readonly Reason[];
  /** What had to be assumed since it was not captured. */
  readonly assumes: readonly Reason[];
  readonly steps: readonly Step[];
  /** The way back of the answer; null where there is none to expect. */
  readonly reply: Reply | null;
  /** Of an ambiguous one: each end that it may come to, with its way. */
  readonly outcomes: readonly PossibleOutcome[];
}

/** One of several ends that a question may come to. */
export type PossibleOutcome = Omit<Answer, "from" | "to" | "sent" | "assumes" | "outcomes">;

/** The addresses of a packet, and the port that it asks for where it has one. */
export interface Sent {
  readonly source: string;
  readonly destination: string;
  readonly port: number | null;
}

/** What an answer that never began has to say of its end. */
export const unanswered = {
  sent: null,
  deliveredTo: null,
  sourceSeen: null,
  rejectedWith: null,
  reason: null,
  failure: null,
  behindProxy: null,
  reply: null,
  decision: null,
  outcomes: [],
} as const;

export interface Reply {
  readonly verdict: "delivered" | "dropped" | "rejected" | "unroutable" | "unknown";
  readonly because: readonly Reason[];
  readonly steps: readonly Step[];
}

/** docker-proxy took a connection in vain. `refusedBy`: the namespace that its own one got to, and where nobody listens. */
export interface BehindProxy {
  readonly verdict: Exclude<Verdict, "delivered" | "ambiguous" | "unknown">;
  readonly refusedBy: string | null;
}

/**
 * The question itself cannot be understood: an unknown name, a malformed address. `message` says what is wrong and what fits;
 * `where` and `asked` say in which part of it, for whoever shows it to call that by the name that it has there.
 */
export class QuestionError extends Error {
  override readonly name = "QuestionError";

  readonly where: "from" | "to";
  readonly asked: string;

  constructor(where: "from" | "to", asked: string, message: string) {
    super(message);
    this.where = where;
    this.asked = asked;
  }
}
