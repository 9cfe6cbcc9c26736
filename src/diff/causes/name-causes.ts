import type { Dataplane } from "../../dataplane/types.ts";
import { enumerate } from "../../lib/enumerate.ts";
import type { Host } from "../../model/host.ts";
import type { Origin } from "../../trace/origin.ts";
import { makeTracer, type Tracer } from "../../trace/trace.ts";
import type { ThingChanges } from "../change.ts";
import { countPairs, type FlowChange } from "../flows/compare-flows.ts";
import { attempt, type Directory, type FlowOutcome } from "../flows/outcome.ts";
import type { HostSide } from "../flows/side.ts";
import { absence, type Cause, replacement, splitByAbsence } from "./absence.ts";
import { type Reversal, revertThings } from "./reversal.ts";
import { revertRules } from "./revert-rules.ts";
import { revertTableStates } from "./revert-table-states.ts";

/** The causes that could be named, and each flow with the place of its own among them, or null. */
export interface NamedCauses {
  readonly causes: readonly Cause[];
  readonly flows: readonly { readonly flow: FlowChange; readonly cause: number | null }[];
  /** How many attempts have no cause named because enough was tried. */
  readonly unexplained: number;
}

/** More versions of the after side are not made, and no more attempts on them: the flows left get no cause named. */
const mostVersions = 120;
const mostAttempts = 1000;
/** Of more changes it is not sought which of them it takes together. */
const mostTogether = 40;

interface Reversals {
  readonly rules: readonly Reversal[];
  readonly things: readonly Reversal[];
}

/**
 * Finds what brought each difference about by trying it: the changes are taken back on the after side one by one, and
 * the one with which a flow comes out as before is its cause. Where only several together do, the fewest that are needed are.
 */
export function nameCauses(
  before: Host,
  { host: after, dataplane }: HostSide,
  directory: Directory,
  { changes, chains }: ThingChanges,
  flows: readonly FlowChange[],
): NamedCauses {
  const causes: Cause[] = [];
  const keep = (cause: Cause): number => {
    const known = causes.findIndex(({ text, proof }) => text === cause.text && proof === cause.proof);
    return known < 0 ? causes.push(cause) - 1 : known;
  };
  const things = [...revertThings(before, changes), ...revertTableStates(before, chains)];
  const reversals = { rules: revertRules(before, chains), things };
  const all = [...reversals.rules, ...reversals.things];
  const worlds = new Map<string, Tracer>();
  const found: { readonly reversal: Reversal; readonly cause: number }[] = [];

  let attempts = 0;
  /** Whether something was left untried for the flow at hand. */
  let isCut = false;
  let unexplained = 0;

  /** The after side without some changes; null when enough were made. */
  const without = (some: readonly Reversal[]): Tracer | null => {
    const key = some.map((one) => all.indexOf(one)).join(" ");
    const known = worlds.get(key);
    if (known !== undefined) return known;
    if (worlds.size >= mostVersions) return null;
    const made = makeTracer(
      some.reduce((host, { apply }) => apply(host), after),
      dataplane,
    );
    worlds.set(key, made);
    return made;
  };
  const restores = (some: readonly Reversal[], flow: FlowChange): boolean => {
    const tracer = attempts < mostAttempts ? without(some) : null;
    if (tracer === null) {
      isCut = true;
      return false;
    }
    attempts++;
    return isAsBefore(flow, askAgain(tracer, directory, flow));
  };

  /** The fewest changes that bring a flow about together. */
  const together = (some: readonly Reversal[], flow: FlowChange): readonly Reversal[] | null => {
    const few = [some, all].filter(({ length }) => length <= mostTogether);
    if (few.length < 2) isCut = true;
    for (const one of few) {
      const needed = fewestOf(one, (left) => restores(left, flow));
      if (needed !== null) return needed;
    }
    return null;
  };

  const hosts = { before, after };
  const causeOf = (flow: FlowChange): number | null => {
    const gone = absence(flow, changes, hosts);
    if (gone !== null) return keep(gone);
    if (flow.before.state === "absent" || flow.after.state === "absent") return null;
    isCut = false;
    const known = found.find(({ reversal }) => restores([reversal], flow));
    if (known !== undefined) return known.cause;
    const tried = new Set(found.map(({ reversal }) => reversal));
    const some = promising(reversals, flow);
    const single = some.find((one) => !tried.has(one) && restores([one], flow));
    const needed = single === undefined ? together(some, flow) : [single];
    if (needed === null) {
      const other = replacement(flow, changes);
      if (other !== null) return keep(other);
      if (isCut) unexplained += countPairs(flow);
      return null;
    }
    const reversal = joined(needed);
    const cause = keep({ text: reversal.text, proof: "taken-back", before: reversal.before, after: reversal.after });
    if (single !== undefined) found.push({ reversal: single, cause });
    return cause;
  };
  const named = flows
    .flatMap((flow) => splitByAbsence(flow, changes, hosts))
    .map((flow) => ({ flow, cause: causeOf(flow) }));
  return { flows: named, causes, unexplained };
}

/**
 * The changes that can have brought a difference about: of rules those that matched on either side, which come first, and
 * everything else.
 */
function promising({ rules, things }: Reversals, { before, after }: FlowChange): readonly Reversal[] {
  const lines = ({ answer }: FlowOutcome) =>
    new Set(
      [...(answer?.steps ?? []), ...(answer?.reply?.steps ?? [])].flatMap(({ hook }) =>
        (hook?.rules ?? []).map(({ rule }) => `${rule.source.file}:${rule.source.line}`),
      ),
    );
  const [left, right] = [lines(before), lines(after)];
  const matched = (one: Reversal) =>
    one.before.some(({ file, line }) => left.has(`${file}:${line}`)) ||
    one.after.some(({ file, line }) => right.has(`${file}:${line}`));
  const hasLines = (one: Reversal) => one.before.length + one.after.length > 0;
  return [
    ...[...rules, ...things].filter(matched),
    ...rules.filter((one) => !hasLines(one)),
    ...things.filter((one) => !matched(one)),
  ];
}

/** Of all changes those without which it does not do, one after the other left out; null where not even all of them do. */
function fewestOf(
  reversals: readonly Reversal[],
  restores: (some: readonly Reversal[]) => boolean,
): readonly Reversal[] | null {
  if (reversals.length < 2 || !restores(reversals)) return null;
  let needed = reversals;
  for (const one of reversals) {
    const rest = needed.filter((other) => other !== one);
    if (rest.length > 0 && restores(rest)) needed = rest;
  }
  return needed.length > 4 ? null : needed;
}

function joined(reversals: readonly Reversal[]): Reversal {
  return {
    text: enumerate(reversals.map(({ text }) => text)),
    before: reversals.flatMap((one) => one.before),
    after: reversals.flatMap((one) => one.after),
    apply: (host) => reversals.reduce((made, { apply }) => apply(made), host),
  };
}

function askAgain(
  tracer: Tracer,
  directory: Directory,
  { from: [party], to: [destination] }: FlowChange,
): FlowOutcome | null {
  if (party === undefined || destination === undefined) return null;
  const origin = inWorld(tracer.dataplane, party.origin.after);
  return attempt(tracer, directory, party, origin, destination, destination.address.after);
}

/** The same origin in another version of its host. */
function inWorld({ stacks, segments }: Dataplane, origin: Origin | null): Origin | null {
  if (origin === null) return null;
  if (origin.kind === "stack") {
    const stack = stacks.get(origin.stack.key);
    return stack === undefined ? null : { ...origin, stack };
  }
  const segment = segments.get(origin.segment.id);
  return segment === undefined ? null : { ...origin, segment };
}

function isAsBefore({ kind, before }: FlowChange, again: FlowOutcome | null): boolean {
  if (again === null || again.state === "unknown") return false;
  if (kind === "lost" || kind === "answered-by-another")
    return again.state === "open" && again.receiver === before.receiver;
  if (kind === "seen-differently") return again.state === "open" && again.seen === before.seen;
  // Whatever closes it would do, otherwise: it has to fail at the same place as before.
  if (kind === "gained") return again.state === before.state && reasonOf(again) === reasonOf(before);
  return again.state === "closed" && again.failure === before.failure;
}

const reasonOf = ({ answer, failure }: FlowOutcome): string => JSON.stringify([failure, answer?.because ?? []]);
