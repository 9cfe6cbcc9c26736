import { formatSource } from "../../lib/source.ts";
import { type Reason, sayAll } from "../../reasons/reason.ts";
import type { AnswerReport } from "../../results/answer.ts";
import type { Comparison, FlowReport } from "../../results/comparison.ts";
import type { ReasonReport } from "../../results/reason.ts";
import { conclude } from "../trace/verdict.ts";
import { type Absence, absenceOf, ownerOf } from "./absence.ts";
import { type SideName, serviceOf } from "./names.ts";
import { placeIn } from "./place-in.ts";
import { type RuleNumbers, ruleNumbersOf } from "./rule-numbers.ts";

/** Why a flow is not as it was. */
export interface FlowReason {
  /** Flows of one key are told together. */
  readonly key: string;
  /** `DOCKER-USER rule 2, which is new, drops it` */
  readonly text: string;
  /** The same for below a change that is its cause; null where that says all. */
  readonly effect: string | null;
  /** The same without what differs from one attempt to the next, such as the interface of a setting. */
  readonly general: string;
  /** The rule that decides, as iptables-save prints it. */
  readonly rule: string | null;
  /** `iptables-save.txt:31`, of which snapshot where that is not the later one. */
  readonly where: string;
  /** What is told first: what a firewall does, other obstacles, ports that nobody serves, and what is not there at all. */
  readonly rank: number;
  /** Whether the text says how it is now, also where it is told of before. */
  readonly isOfNow: boolean;
}

/** The rank of what concerns all of a container: where and by whom it is asked says no more then. */
export const wholeContainer = 4;

/** Finds the reasons of a comparison's flows: the cause where one was found, else what stops it on the side where it fails. */
export function reasonsOf(comparison: Comparison): (flow: FlowReport) => FlowReason {
  const numbers = ruleNumbersOf(comparison);
  const absence = absenceOf(comparison);
  return (flow) => {
    const effect = effectOf(flow, numbers, absence);
    const cause = flow.cause === null ? undefined : comparison.causes[flow.cause];
    return cause === undefined ? { ...effect, effect: null } : reasonBy(cause, flow.cause, effect);
  };
}

/** The change that brought it about, and what is seen of it where that says more. */
function reasonBy(cause: Comparison["causes"][number], index: number | null, effect: FlowReason): FlowReason {
  const { text, proof, before, after } = cause;
  const [place] =
    after.length > 0 ? after.map(formatSource) : before.map((one) => placeIn("before", formatSource(one)));
  const isTried = proof === "taken-back";
  return {
    key: `cause ${index}`,
    text,
    effect: isTried ? effect.effect : null,
    general: effect.general,
    rule: isTried ? effect.rule : null,
    where: place ?? "",
    rank: isTried ? 0 : effect.rank,
    isOfNow: true,
  };
}

/** Without a cause: what is seen of it. */
function effectOf(flow: FlowReport, numbers: RuleNumbers, absence: Absence): FlowReason {
  switch (flow.kind) {
    case "lost":
      return failure(flow, "after", numbers, absence);
    case "gained":
      return saidOfBefore(failure(flow, "before", numbers, absence));
    case "fails-differently": {
      const [before, after] = [failure(flow, "before", numbers, absence), failure(flow, "after", numbers, absence)];
      return {
        ...after,
        key: `${before.key} ${after.key}`,
        text: `${after.text}; ${saidOfBefore(before).text}`,
        effect: `${after.effect}; ${saidOfBefore(before).effect}`,
        general: `${after.general}; ${saidOfBefore(before).general}`,
      };
    }
    case "answered-by-another":
      return { ...plain("another answers", "another container or port answers"), effect: null };
    case "seen-differently":
      return { ...plain("seen otherwise", "the receiver sees another client address"), effect: null };
  }
}

/** What stood in the way before; that something is there now is said of now. */
const saidOfBefore = (reason: FlowReason): FlowReason =>
  reason.isOfNow
    ? reason
    : {
        ...reason,
        text: `before, ${reason.text}`,
        effect: reason.effect && `before, ${reason.effect}`,
        general: `before, ${reason.general}`,
      };

const plain = (key: string, text: string, rank = 1, general = text): FlowReason => ({
  key,
  text,
  effect: text,
  general,
  rule: null,
  where: "",
  rank,
  isOfNow: false,
});

const ofNow = (text: string, rank: number): FlowReason => ({ ...plain(text, text, rank), isOfNow: true });

/** Why it fails on the side on which it does. */
function failure(flow: FlowReport, side: SideName, numbers: RuleNumbers, absence: Absence): FlowReason {
  const { answer } = flow[side];
  if (answer === null) {
    const { text, isContainer } = absence.ofFlow(flow, side);
    return ofNow(text, isContainer ? wholeContainer : 3);
  }
  const [to] = flow.to;
  const isOpenElsewhere = flow.kind === "lost" || flow.kind === "gained";
  if (isOpenElsewhere && to?.publishes != null && to.publishes[side] === null && answer.verdict === "refused") {
    const other = side === "after" ? "before" : "after";
    const owner = ownerOf(to, other);
    const gone = owner === null ? null : absence.ofContainer(owner, side);
    if (gone !== null) return ofNow(gone.text, wholeContainer);
    const service = serviceOf(to, other);
    const text = side === "after" ? `${service} is no longer published there` : `${service} is published there now`;
    return ofNow(text, 2);
  }
  if (answer.verdict === "refused") {
    const { deliveredTo } = answer;
    const text = `nobody ${side === "before" ? "listened" : "listens"} on port ${deliveredTo?.port ?? "?"} of ${deliveredTo?.name ?? "it"}`;
    return plain(text, text, 2);
  }
  return obstacle(answer, side, numbers, flow.from[0]?.kind === "outside");
}

/** What stands in the way: a rule, a policy, or whatever the answer names. */
function obstacle(answer: AnswerReport, side: SideName, numbers: RuleNumbers, isOutside: boolean): FlowReason {
  const { blocked, kind } = conclude(answer);
  const { reply } = answer;
  const isReply = reply !== null && reply.verdict !== "delivered";
  if (blocked === null) {
    const lost = isReply ? "the answer does not come back: " : "";
    const told = (isReply ? reply.reasons : answer.reasons).map((one) => ofAnyone(one, answer, isOutside));
    const text = `${lost}${sayAll(told)}`;
    const general = `${lost}${sayAll(told.map(withoutDetail))}`;
    // docker-proxy answers for a port that nobody serves.
    return plain(general, text, kind === "half" ? 2 : 1, general);
  }
  const verb = answer.verdict === "rejected" ? "reject" : "drop";
  const what = isReply ? "the answer" : "it";
  const does = side === "before" ? `${verb}${verb === "drop" ? "p" : ""}ed ${what}` : `${verb}s ${what}`;
  const where = placeIn(side, blocked.where);
  const elsewhere = blocked.table.endsWith(" of host") ? "" : ` (${blocked.table})`;
  if (blocked.rule === null)
    return {
      key: `${blocked.table} ${where} ${does}`,
      text: `the policy of ${blocked.table.split(" ")[1] ?? "the chain"}${elsewhere} ${does}`,
      effect: `the policy of ${blocked.table.split(" ")[1] ?? "the chain"}${elsewhere} ${does}`,
      general: `the policy of ${blocked.table.split(" ")[1] ?? "the chain"}${elsewhere} ${does}`,
      rule: null,
      where,
      rank: 0,
      isOfNow: false,
    };
  const { position, edit } = numbers(blocked, answer, side);
  const chain = `${blocked.rule.chain}${position === null ? "" : ` rule ${position}`}${elsewhere}`;
  const history = edit === null ? "" : `, which ${edits[edit]},`;
  return {
    key: `${blocked.table} ${where} ${does}`,
    text: `${chain}${history} ${does}`,
    effect: `${chain} ${does}`,
    general: `${chain} ${does}`,
    rule: blocked.text,
    where,
    rank: 0,
    isOfNow: false,
  };
}

const edits = { added: "is new", removed: "is gone", moved: "was moved", changed: "was changed" } as const;

/** A reason of one attempt, said of several: its addresses are those of whoever sends and of what is asked for. */
function ofAnyone({ code, facts }: ReasonReport, { sent }: AnswerReport, isOutside: boolean): Reason {
  const called = (fact: ReasonReport["facts"][string]) => {
    if (fact === sent?.destination) return "it";
    return isOutside && fact === sent?.source ? "the sender" : fact;
  };
  const named = Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, called(fact)]));
  // Made of such a reason by the report of the answer.
  return { code, ...named } as Reason;
}

/** What differs from one attempt to the next is the setting of an interface. */
function withoutDetail(reason: Reason): Reason {
  const { code } = reason;
  const hasSetting = code === "forwarding-off" || code === "reverse-path" || code === "loopback-dropped";
  return hasSetting ? { ...reason, setting: null } : reason;
}
