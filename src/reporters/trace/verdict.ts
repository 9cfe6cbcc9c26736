import { assertNever } from "../../lib/assert-never.ts";
import { formatEndpoint } from "../../lib/endpoint.ts";
import { formatSource } from "../../lib/source.ts";
import type { AnswerReport, RuleReport, StepReport } from "../../results/answer.ts";

/** What became of a packet, for people. */
export interface Conclusion {
  /** `half`: the connection is taken, but nobody is behind it. */
  readonly kind: "good" | "half" | "bad" | "open";
  readonly sentence: string;
  /** Further lines about it: what decided, and how the sender notices. */
  readonly details: readonly string[];
  /** The rule or policy that stands in the way; null when none does. */
  readonly blocked: Blocker | null;
}

/** The rule to look at, or the policy. */
export interface Blocker {
  /** `filter FORWARD of host` */
  readonly table: string;
  /** As iptables-save prints it: `-A DOCKER-USER -j DROP`, `:FORWARD DROP`. */
  readonly text: string;
  readonly where: string;
  readonly rule: RuleReport | null;
}

/** Says in plain words how a question came out. */
export function conclude(answer: AnswerReport): Conclusion {
  const { verdict, because, reasons, deliveredTo, reply } = answer;
  const returning = reply !== null && reply.verdict !== "delivered";
  const blocked = blockerOf(returning ? reply.steps : answer.steps);
  // What the decision shows needs no words.
  const details = blocked === null ? because : because.filter((_, i) => typeof reasons[i]?.facts["by"] !== "string");
  switch (verdict) {
    case "delivered":
      return {
        kind: answer.behindProxy === null ? "good" : "half",
        sentence: `delivered to ${receiver(deliveredTo)}${sees(answer)}`,
        details: [...because, ...comesBack(answer)],
        blocked: null,
      };
    case "refused":
      return { kind: "bad", sentence: `refused: ${because.join("; ")}`, details: [notices(answer)], blocked: null };
    case "rejected":
      return {
        kind: "bad",
        sentence: `rejected with ${answer.rejectedWith ?? "an error"}${blockedIn(blocked)}`,
        details: [...(returning ? details : []), notices(answer)],
        blocked,
      };
    case "dropped":
      return {
        kind: "bad",
        sentence: `${returning ? "the answer is lost" : "dropped"}${blockedIn(blocked)}`,
        details: [...details, ...noRuleBefore(blocked), notices(answer)],
        blocked,
      };
    case "unroutable":
      return {
        kind: "bad",
        sentence: `no way there: ${because.join("; ")}`,
        details: answer.failure === null ? [] : [notices(answer)],
        blocked: null,
      };
    case "ambiguous":
      return {
        kind: "open",
        sentence: `ambiguous: ${answer.outcomes.map(({ verdict: one, deliveredTo: who }) => (who === null ? one : `${one} to ${receiver(who)}`)).join(", or ")}, since`,
        details: because,
        blocked: null,
      };
    case "unknown":
      return { kind: "open", sentence: "unknown, since", details: because, blocked: null };
    default:
      return assertNever(verdict);
  }
}

const blockedIn = (blocked: Blocker | null): string =>
  blocked === null ? "" : `${blocked.rule === null ? " by the policy of" : ", in"} ${blocked.table}`;

const noRuleBefore = (blocked: Blocker | null): string[] =>
  blocked?.rule === null
    ? ["no rule before it accepts the packet; --verbose shows which part of each does not match"]
    : [];

const comesBack = ({ reply, from }: AnswerReport): string[] =>
  reply?.verdict === "delivered" ? [`the answer comes back to ${from}`] : [];

function receiver(deliveredTo: AnswerReport["deliveredTo"]): string {
  if (deliveredTo === null) return "somebody";
  const { kind, name, names, address, port } = deliveredTo;
  const end = port === null ? address : formatEndpoint(address, port);
  if (kind === "outside") return `${end}, outside of this host`;
  const sharing = names.filter((other) => other !== name);
  const shared = sharing.length === 0 ? "" : ` (in one namespace with ${sharing.join(", ")})`;
  return `${name}${shared} at ${end}`;
}

function sees({ sourceSeen, behindProxy }: AnswerReport): string {
  if (sourceSeen !== null) return `, which sees ${sourceSeen} as its client`;
  return behindProxy === null ? "; which address it sees as its client is not certain" : "";
}

function notices({ from, verdict, failure, reply }: AnswerReport): string {
  // Only a sender's own kernel tells of what it drops (EPERM).
  if (failure === "refusal" && verdict === "dropped") return `${from} is told at once: "operation not permitted"`;
  if (failure === "refusal") return `${from} is told at once`;
  if (failure === "silence" && reply?.verdict === "delivered" && verdict !== "dropped")
    return `an ICMP error comes back to ${from}, but none of which its program hears`;
  if (reply !== null && reply.verdict !== "delivered") return `${from} gets no answer and waits in vain`;
  return `${from} hears nothing and waits in vain`;
}

/** The rule, or the policy, at which a way ended. */
function blockerOf(steps: readonly StepReport[]): Blocker | null {
  const step = steps.findLast(({ hook }) => hook !== null && (hook.verdict === "drop" || hook.verdict === "reject"));
  if (step?.hook == null) return null;
  const { hook, sources, namespace } = step;
  const table = `${hook.table} ${hook.chain} of ${namespace}`;
  const rule = hook.rules.findLast(({ effect }) => effect === "decided");
  if (rule !== undefined) return { table, text: rule.text, where: formatSource(rule), rule };
  const [source] = sources;
  return {
    table,
    text: `:${hook.chain} ${hook.verdict.toUpperCase()}`,
    where: source === undefined ? "its policy" : formatSource(source),
    rule: null,
  };
}
