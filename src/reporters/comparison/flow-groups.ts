import { groupBy } from "../../lib/group-by.ts";
import { sortedBy } from "../../lib/order.ts";
import type { Comparison, DestinationReport, FlowReport, PartyReport } from "../../results/comparison.ts";
import { ownerOf } from "./absence.ts";
import { askedAt, nameOn, type SideName, serviceOf, toldSide } from "./names.ts";
import { type FlowReason, reasonsOf, wholeContainer } from "./reason.ts";

/** Flows of one kind that are not as they were for one reason. */
export interface FlowGroup {
  readonly kind: FlowReport["kind"];
  readonly reason: FlowReason;
  /** What a change does to the packets, each with the rule that decides; of flows without a known cause empty. */
  readonly effects: readonly string[];
  readonly flows: number;
  readonly rows: readonly FlowRow[];
}

/** Attempts that one sentence tells: all who are in `from` ask for each of `services`, at each of `asked`. */
export interface FlowRow {
  readonly from: readonly PartyReport[];
  readonly services: readonly string[];
  /** Empty where it does not matter: they, or what they ask for, are there on one side only. */
  readonly asked: readonly string[];
  /** Whether it is those who ask that are there on one side only. */
  readonly isAlone: boolean;
  /** What is another now, of a flow that is open on both sides. */
  readonly remark: string;
  readonly flows: number;
  readonly example: FlowReport;
}

/**
 * All flows of a comparison by kind and reason: what a firewall does first, what is not there at all last. `exact` keeps each
 * address with those who ask at it; otherwise of things that are there on one side only it is told who could reach them at all.
 */
export function flowGroups(comparison: Comparison, exact: boolean): readonly FlowGroup[] {
  const reasonOf = reasonsOf(comparison);
  const known = new Map<string, { kind: FlowReport["kind"]; reasons: FlowReason[]; flows: FlowReport[] }>();
  for (const flow of comparison.flows) {
    const reason = reasonOf(flow);
    const key = `${flow.kind} ${reason.key}`;
    const group = known.get(key) ?? { kind: flow.kind, reasons: [], flows: [] };
    group.reasons.push(reason);
    group.flows.push(flow);
    known.set(key, group);
  }
  const groups = [...known.values()].map(({ kind, reasons, flows }): FlowGroup => {
    const [first] = reasons;
    if (first === undefined) throw new Error("a group has a flow");
    // Where the details differ only what they share is said of all of them.
    const isSame = reasons.every(({ text }) => text === first.text);
    const reason = isSame ? first : { ...first, text: first.general };
    const count = flows.reduce((sum, { from, to }) => sum + from.length * to.length, 0);
    const effects = [...new Set(reasons.flatMap(({ effect, rule }) => (effect === null ? [] : [join(effect, rule)])))];
    const general = [
      ...new Set(reasons.flatMap(({ effect, general: said, rule }) => (effect === null ? [] : [join(said, rule)]))),
    ];
    return {
      kind,
      reason,
      effects: general.length === 1 && effects.length > 1 ? general : effects,
      flows: count,
      rows: rowsOf(kind, flows, exact || reason.rank < wholeContainer),
    };
  });
  const order = kinds(comparison.flows);
  return groups.toSorted(
    (a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || a.reason.rank - b.reason.rank || b.flows - a.flows,
  );
}

const join = (effect: string, rule: string | null): string => (rule === null ? effect : `${effect}: ${rule}`);

const kinds = (flows: Comparison["flows"]): readonly string[] => [...new Set(flows.map(({ kind }) => kind))];

function rowsOf(kind: FlowReport["kind"], flows: readonly FlowReport[], exact: boolean): readonly FlowRow[] {
  const side = toldSide(kind);
  const alone = exact ? [] : flows.filter((flow) => isAlone(flow));
  const others = exact ? flows : flows.filter((flow) => !isAlone(flow));
  const rows = [...serviceRows(others, side, exact), ...senderRows(alone, side)];
  // What concerns people outside comes first, then what concerns most.
  const named = sortedBy(rows, ({ services, from }) =>
    [...services, ...from.map((one) => nameOn(one, side))].join(" "),
  );
  return sortedBy(named, (row) => -row.flows).toSorted((a, b) => Number(isInside(a)) - Number(isInside(b)));
}

const isInside = ({ from }: FlowRow): boolean => from.every(({ kind }) => kind !== "outside");

/** Who asks is there on one side only. */
const isAlone = ({ from }: FlowReport): boolean => from.every(({ before, after }) => before === null || after === null);

/** Attempts at one address, by whom. */
interface Attempts {
  readonly service: string;
  readonly asked: string;
  readonly remark: string;
  readonly from: Map<string, PartyReport>;
  flows: number;
  readonly example: FlowReport;
}

function serviceRows(flows: readonly FlowReport[], side: SideName, exact: boolean): readonly FlowRow[] {
  const found = new Map<string, Attempts>();
  for (const flow of flows)
    for (const destination of flow.to) {
      const one = attemptsAt(flow, destination, side);
      const key = JSON.stringify([one.service, one.asked, one.remark]);
      const known = found.get(key) ?? one;
      for (const party of flow.from) known.from.set(nameOn(party, side), party);
      known.flows += flow.from.length;
      found.set(key, known);
    }
  const alike = ({ service, remark, from }: Attempts) =>
    JSON.stringify([service, remark, exact ? [...from.keys()].sort() : []]);
  const rows = [...groupBy(found.values(), alike).values()].map((some) => rowOf(some, exact));
  if (exact) return rows;
  const whole = groupBy(rows, ({ from }) => JSON.stringify(from.map((one) => nameOn(one, side)).sort()));
  return [...whole.values()].flatMap(([first, ...others]) =>
    first === undefined
      ? []
      : {
          ...first,
          services: [first, ...others].flatMap(({ services }) => services),
          flows: [first, ...others].reduce((sum, { flows }) => sum + flows, 0),
        },
  );
}

function rowOf(some: readonly Attempts[], exact: boolean): FlowRow {
  const [first] = some;
  if (first === undefined) throw new Error("a row has an attempt");
  const { service, remark, example } = first;
  return {
    from: [...new Map(some.flatMap((one) => [...one.from])).values()],
    services: [service],
    asked: exact ? some.map(({ asked }) => asked) : [],
    isAlone: false,
    remark,
    flows: some.reduce((sum, one) => sum + one.flows, 0),
    example,
  };
}

const attemptsAt = (flow: FlowReport, destination: DestinationReport, side: SideName): Attempts => ({
  service: serviceOf(destination, side),
  asked: askedAt(destination, side),
  remark: remarkOf(flow),
  from: new Map(),
  flows: 0,
  example: flow,
});

/** Of those who are there on one side only: what they reach. */
function senderRows(flows: readonly FlowReport[], side: SideName): readonly FlowRow[] {
  return [...groupBy(flows, ({ from }) => from.map((one) => nameOn(one, side)).join("\0")).values()].map(
    (some): FlowRow => {
      const [first] = some;
      if (first === undefined) throw new Error("a row has a flow");
      return {
        from: first.from,
        services: reached(first.from, some, side),
        asked: [],
        isAlone: true,
        remark: "",
        flows: some.reduce((sum, { from, to }) => sum + from.length * to.length, 0),
        example: first,
      };
    },
  );
}

/** What they reach but for themselves, or themselves when it is nothing else. */
function reached(from: FlowReport["from"], flows: readonly FlowReport[], side: SideName): readonly string[] {
  const own = new Set(from.map((one) => nameOn(one, side)));
  const all = flows.flatMap(({ to }) =>
    to.map((one) => ({ service: serviceOf(one, side), isOwn: own.has(ownerOf(one, side) ?? "") })),
  );
  const others = all.filter(({ isOwn }) => !isOwn);
  return [...new Set((others.length === 0 ? all : others).map(({ service }) => service))];
}

function remarkOf({ kind, from, before, after }: FlowReport): string {
  const isOutside = from[0]?.kind === "outside";
  const seenOn = ({ answer }: FlowReport["before"]) => seen(answer, isOutside);
  if (kind === "seen-differently") return `sees ${seenOn(after)} instead of ${seenOn(before)}`;
  if (kind !== "answered-by-another") return "";
  return `${receiver(after.answer)} answers instead of ${receiver(before.answer)}`;
}

/** Who the receiver takes for its client. */
function seen(answer: FlowReport["before"]["answer"], isOutside: boolean): string {
  if (answer?.sourceSeen == null) return "an address that is not certain";
  return isOutside && answer.sourceSeen === answer.sent?.source ? "the client's own address" : answer.sourceSeen;
}

function receiver(answer: FlowReport["before"]["answer"]): string {
  if (answer?.deliveredTo == null) return "somebody";
  const { name, port } = answer.deliveredTo;
  return port === null ? name : `${name}:${port}`;
}
