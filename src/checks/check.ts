import type { CaptureKind } from "../captures/kinds.ts";
import type { Dataplane } from "../dataplane/types.ts";
import type { Command } from "../lib/command.ts";
import type { Source } from "../lib/source.ts";
import type { Host } from "../model/host.ts";
import type { Answer } from "../trace/answer.ts";
import type { ValueQuestion } from "../trace/trace.ts";

export type Severity = "error" | "warning" | "info";

/**
 * How sure a finding is. `proven`: the snapshot alone settles it. `strong`: likely, with one innocent explanation left, which
 * the message names. `hint`: a lead.
 */
export type Sureness = "proven" | "strong" | "hint";

export type Category =
  | "drift"
  | "connectivity"
  | "exposure"
  | "isolation"
  | "firewall-backend"
  | "coexistence"
  | "bridge"
  | "addresses"
  | "dns"
  | "mtu"
  | "performance"
  | "snapshot";

/** The thing of the model that a finding is about. */
export interface Subject {
  readonly kind: "host" | "bridge" | "interface" | "network" | "container" | "published-port" | "chain" | "capture";
  readonly name: string;
}

/** A line of a capture that shows it. The quote is the line as it stands there. */
export interface Evidence extends Source {
  readonly quote: string;
}

/** What to do, with commands of this host's names; `cutsTraffic` when running connections may break. */
export interface Fix {
  readonly text: string;
  readonly commands: readonly Command[];
  readonly cutsTraffic: boolean;
}

/** What a check yields; the rest of a finding comes from the check itself. */
export interface Observation {
  readonly subject: Subject;
  /** One sentence of what is wrong here, with the names and numbers of this host. */
  readonly message: string;
  readonly evidence: readonly Source[];
  readonly fix?: Fix;
  /** Where this observation is more or less grave, or more or less sure, than the check as a rule. */
  readonly severity?: Severity;
  readonly sureness?: Sureness;
  /** Another observation that this one follows from: it is shown under it (`docker-chains-missing`, same host). */
  readonly causedBy?: readonly CheckCause[];
}

/**
 * What a check yields where the snapshot does not tell whether there is anything to find: rules of unknown effect, captures that
 * are not there. A check that yields one is listed as skipped, beside what it found, and never as passed.
 */
export interface Skip {
  /** Why it cannot be told: `ip-route was not captured`. */
  readonly skip: string;
  /** How a person finds out: a command, or a few words. */
  readonly how: string;
}

/** Names a cause: findings of that check, on that subject if one is given. */
export interface CheckCause {
  readonly check: string;
  readonly subject?: Subject;
}

/** What a check may look at. */
export interface CheckContext {
  readonly host: Host;
  readonly dataplane: Dataplane;
  /**
   * Asks the trace engine; answers are kept, so that several checks may ask the same. Never throws: a bad question is null. A
   * check that gets the answer `unknown` is skipped for its reason.
   */
  readonly ask: (question: ValueQuestion) => Answer | null;
}

/** A need: one capture of the host, or any one of several. */
export type Need = CaptureKind | readonly CaptureKind[];

export interface Check {
  /** Also the file's name, the SARIF rule, the anchor in the docs and the word for `explain`. */
  readonly id: string;
  readonly severity: Severity;
  readonly sureness: Sureness;
  readonly category: Category;
  readonly title: string;
  /** Why it matters: what a person notices. */
  readonly why: string;
  /** What to do, in general; an observation's own fix has this host's names. */
  readonly fix: string;
  /** Where the failure was reported and where the rule that it rests on stands. */
  readonly sources: readonly string[];
  readonly needs: readonly Need[];
  /** Captures of which at least one must have been taken inside some container. */
  readonly needsInside?: Need;
  /** Whether it speaks of the engine's bridges: skipped where they are in another network namespace than the host's interfaces. */
  readonly needsBridges?: true;
  /** Captures in which nothing may be missing: neither cut nor with lines that were not understood. */
  readonly needsWhole?: readonly CaptureKind[];
  /** Captures that tell a part of it: without them the rest runs, and the check is listed as skipped for them. */
  readonly wants?: readonly Need[];
  /** The same for captures inside containers. */
  readonly wantsInside?: readonly Need[];
  readonly run: (context: CheckContext) => Iterable<Observation | Skip>;
}

/** A fix as it is printed: commands that can be pasted as they are; the text says what is withheld. */
export interface PrintedFix {
  readonly text: string;
  readonly commands: readonly string[];
  readonly cutsTraffic: boolean;
}

export interface Finding {
  readonly check: string;
  readonly severity: Severity;
  readonly sureness: Sureness;
  readonly category: Category;
  readonly title: string;
  readonly subject: Subject;
  readonly message: string;
  readonly why: string;
  readonly evidence: readonly Evidence[];
  readonly fix: PrintedFix | null;
  readonly sources: readonly string[];
  /** Findings with this one as their cause. */
  readonly consequences: readonly Finding[];
}

/** A check that could not run, or not tell everything. */
export interface Skipped {
  readonly check: string;
  readonly title: string;
  /** What is missing and why. */
  readonly why: string;
  /** The command that would capture it, or what to do otherwise. */
  readonly how: string;
  /** Whether it ran, and could not tell everything; false where it could not run at all. */
  readonly ran: boolean;
  /** Of one that could not run: the commands whose outputs are missing, of alternatives the first. */
  readonly lacks: readonly string[];
}

/** How many checks were to run, and what became of them: each is in one of the three others. */
export interface CheckCounts {
  readonly of: number;
  /** They could tell everything that they look for, whether they found it or not. */
  readonly ran: number;
  /** They ran, and could not tell everything. */
  readonly inPart: number;
  /** Something that they need is missing. */
  readonly notRun: number;
}

export interface CheckReport {
  readonly findings: readonly Finding[];
  /** Checks that could not run, or not tell everything; of these some have findings, too. */
  readonly skipped: readonly Skipped[];
  /** Checks that could tell everything and found nothing. */
  readonly passed: readonly string[];
  readonly counts: CheckCounts;
  /** Whether the snapshot was enough to say anything of the host: a check told everything, or one found something on it. */
  readonly judged: boolean;
}

/** Declares a check; keeps its id as a literal type for the registry. */
export function defineCheck<const Id extends string>(check: Check & { readonly id: Id }): Check & { readonly id: Id } {
  return check;
}
