import type { Host } from "../../model/host.ts";
import type { Origin } from "../../reach/origin.ts";
import type { World } from "../../reach/stack.ts";
import { makeTracer, type Tracer } from "../../reach/trace.ts";
import type { ThingChanges } from "../change.ts";
import { countPairs, type FlowChange } from "../flows/compare-flows.ts";
import { attempt, type Directory, type Outcome } from "../flows/outcome.ts";
import type { Side } from "../flows/side.ts";
import { absence, type Cause, replacement, splitByAbsence } from "./absence.ts";
import { inWords, type Undo, undoThings } from "./undo.ts";
import { undoRules } from "./undo-rules.ts";
import { undoTableStates } from "./undo-table-states.ts";

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

interface Undos {
  readonly rules: readonly Undo[];
  readonly things: readonly Undo[];
}

/**
 * Finds what brought each difference about by trying it: the changes are taken back on the after side one by one, and
 * the one with which a flow comes out as before is its cause. Where only several together do, the fewest that are needed are.
 */
export function nameCauses(
  before: Host,
  { host: after, world }: Side,
  directory: Directory,
  { changes, chains }: ThingChanges,
  flows: readonly FlowChange[],
): NamedCauses {
  const causes: Cause[] = [];
  const keep = (cause: Cause): number => {
    const known = causes.findIndex(({ text, proof }) => text === cause.text && proof === cause.proof);
    return known < 0 ? causes.push(cause) - 1 : known;
  };
  const things = [...undoThings(before, changes), ...undoTableStates(before, chains)];
  const undos = { rules: undoRules(before, chains), things };
  const all = [...undos.rules, ...undos.things];
  const worlds = new Map<string, Tracer>();
  const found: { readonly undo: Undo; readonly cause: number }[] = [];

  let attempts = 0;
  /** Whether something was left untried for the flow at hand. */
  let isCut = false;
  let unexplained = 0;

  /** The after side without some changes; null when enough were made. */
  const without = (some: readonly Undo[]): Tracer | null => {
    const key = some.map((one) => all.indexOf(one)).join(" ");
    const known = worlds.get(key);
    if (known !== undefined) return known;
    if (worlds.size >= mostVersions) return null;
    const made = makeTracer(
      some.reduce((host, { apply }) => apply(host), after),
      { host: after, world },
    );
    worlds.set(key, made);
    return made;
  };
  const restores = (some: readonly Undo[], flow: FlowChange): boolean => {
    const tracer = attempts < mostAttempts ? without(some) : null;
    if (tracer === null) {
      isCut = true;
      return false;
    }
    attempts++;
    return isAsBefore(flow, askAgain(tracer, directory, flow));
  };

  /** The fewest changes that bring a flow about together. */
  const together = (some: readonly Undo[], flow: FlowChange): readonly Undo[] | null => {
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
    const known = found.find(({ undo }) => restores([undo], flow));
    if (known !== undefined) return known.cause;
    const tried = new Set(found.map(({ undo }) => undo));
    const some = promising(undos, flow);
    const single = some.find((one) => !tried.has(one) && restores([one], flow));
    const needed = single === undefined ? together(some, flow) : [single];
    if (needed === null) {
      const other = replacement(flow, changes);
      if (other !== null) return keep(other);
      if (isCut) unexplained += countPairs(flow);
      return null;
    }
    const undo = joined(needed);
    const cause = keep({ text: undo.text, proof: "taken-back", before: undo.before, after: undo.after });
    if (single !== undefined) found.push({ undo: single, cause });
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
function promising({ rules, things }: Undos, { before, after }: FlowChange): readonly Undo[] {
  const lines = ({ answer }: Outcome) =>
    new Set(
      [...(answer?.steps ?? []), ...(answer?.reply?.steps ?? [])].flatMap(({ hook }) =>
        (hook?.rules ?? []).map(({ rule }) => `${rule.source.file}:${rule.source.line}`),
      ),
    );
  const [left, right] = [lines(before), lines(after)];
  const matched = (one: Undo) =>
    one.before.some(({ file, line }) => left.has(`${file}:${line}`)) ||
    one.after.some(({ file, line }) => right.has(`${file}:${line}`));
  const hasLines = (one: Undo) => one.before.length + one.after.length > 0;
  return [
    ...[...rules, ...things].filter(matched),
    ...rules.filter((one) => !hasLines(one)),
    ...things.filter((one) => !matched(one)),
  ];
}

/** Of all changes those without which it does not do, one after the other left out; null where not even all of them do. */
function fewestOf(undos: readonly Undo[], restores: (some: readonly Undo[]) => boolean): readonly Undo[] | null {
  if (undos.length < 2 || !restores(undos)) return null;
  let needed = undos;
  for (const one of undos) {
    const rest = needed.filter((other) => other !== one);
    if (rest.length > 0 && restores(rest)) needed = rest;
  }
  return needed.length > 4 ? null : needed;
}

function joined(undos: readonly Undo[]): Undo {
  return {
    text: inWords(undos.map(({ text }) => text)),
    before: undos.flatMap((one) => one.before),
    after: undos.flatMap((one) => one.after),
    apply: (host) => undos.reduce((made, { apply }) => apply(made), host),
  };
}

function askAgain(
  tracer: Tracer,
  directory: Directory,
  { from: [party], to: [destination] }: FlowChange,
): Outcome | null {
  if (party === undefined || destination === undefined) return null;
  const origin = inWorld(tracer.world, party.origin.after);
  return attempt(tracer, directory, party, origin, destination, destination.address.after);
}

/** The same origin in another version of its host. */
function inWorld({ stacks, segments }: World, origin: Origin | null): Origin | null {
  if (origin === null) return null;
  if (origin.kind === "stack") {
    const stack = stacks.get(origin.stack.id);
    return stack === undefined ? null : { ...origin, stack };
  }
  const segment = segments.get(origin.segment.id);
  return segment === undefined ? null : { ...origin, segment };
}

function isAsBefore({ kind, before }: FlowChange, again: Outcome | null): boolean {
  if (again === null || again.state === "unknown") return false;
  if (kind === "lost" || kind === "answered-by-another")
    return again.state === "open" && again.receiver === before.receiver;
  if (kind === "seen-differently") return again.state === "open" && again.seen === before.seen;
  // Whatever closes it would do, otherwise: it has to fail at the same place as before.
  if (kind === "gained") return again.state === before.state && reasonOf(again) === reasonOf(before);
  return again.state === "closed" && again.failure === before.failure;
}

const reasonOf = ({ answer, failure }: Outcome): string => JSON.stringify([failure, answer?.because ?? []]);
