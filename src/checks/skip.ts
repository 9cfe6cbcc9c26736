import { type CaptureKind, captureKinds } from "../captures/kinds.ts";
import { onceFor } from "../lib/once-for.ts";
import type { Host } from "../model/host.ts";
import { capturesOf } from "../model/queries/captures-of.ts";
import { bridgesAreElsewhere, bridgesElsewhere } from "../model/queries/docker-bridges.ts";
import { isWhole } from "../model/queries/whole-lists.ts";
import { type Reason, say } from "../reasons/reason.ts";
import type { Check, Need, Skip, Skipped } from "./check.ts";

/** What a check yields where the snapshot does not tell; `how` is a command, or a few words, by which a person finds out. */
export const skip = (why: string, how = "try it on the host"): Skip => ({ skip: why, how });

/** The same where a capture would tell, by its id; null where only the host itself has the answer. */
export const skipFor = (why: string, lacks: string | null): Skip => skip(why, commandFor(lacks));

/** The same for what a trace could not tell. */
export const skipReason = (reason: Reason): Skip =>
  skipFor(say(reason), "lacks" in reason ? (reason.lacks ?? null) : null);

/** Several of them as one. */
export function skipReasons(reasons: readonly Reason[]): Skip {
  const each = reasons.map(skipReason);
  return skip(each.map((one) => one.skip).join("; "), each[0]?.how);
}

/** The same for captures of the host of which one would tell; nothing when one of them is there. */
export function skipWithout(host: Host, ...kinds: readonly CaptureKind[]): readonly Skip[] {
  return isCaptured(host, kinds) ? [] : [skip(whyMissing(host, kinds), commandOf(kinds))];
}

/** Whether any capture of these kinds was taken of the host itself, or inside some container, and could be read. */
export function isCaptured(host: Host, kinds: readonly CaptureKind[], inside = false): boolean {
  if (inside) return kinds.some((kind) => kindsInside(host).has(kind));
  return capturesOf(host, null).some(({ kind, state }) => state === "ok" && kinds.includes(kind));
}

const kindsInside = onceFor(
  (host: Host) =>
    new Set(host.captures.flatMap(({ kind, netns, state }) => (netns !== null && state === "ok" ? [kind] : []))),
);

/** Why a check cannot run: the first need that no readable capture meets, on the host or inside some container; null when all are met. */
export function missingNeed(check: Check, host: Host): Skipped | null {
  const { needs, needsInside, needsWhole = [], needsBridges } = check;
  const captures = lacking(host, needs, needsInside === undefined ? [] : [needsInside]);
  const [missing] = [
    ...captures,
    ...needsWhole.filter((kind) => !isWhole(host, [kind])).map(notWhole),
    ...(needsBridges === true && bridgesAreElsewhere(host) ? [elsewhere] : []),
  ];
  if (missing === undefined) return null;
  return {
    check: check.id,
    title: check.title,
    why: missing.skip,
    how: missing.how,
    ran: false,
    lacks: captures.map(({ how }) => how),
  };
}

const notWhole = (kind: CaptureKind): Skip =>
  skipFor(`${kind} is not whole, or has lines that were not understood`, kind);

/** Said of everything that compares the engine with the host, where the two are in different network namespaces. */
export const elsewhere: Skip = {
  skip: bridgesElsewhere,
  how: "run the collector where dockerd runs",
};

/** Said of what no network claims, where not all networks are listed. */
export const networksMissing: Skip = skipFor(
  "docker-network-inspect does not list every network, or the host's lists are not whole",
  "docker-network-inspect",
);

/** What a check that runs cannot tell for want of captures, or of what is missing in them. */
export const missingWants = ({ needs, wants = [], wantsInside = [] }: Check, host: Host): readonly Skip[] => [
  ...lacking(host, wants, wantsInside),
  ...[...needs, ...wants].flatMap((need) => cutShort(host, kindsOf(need))),
];

/** Captures of the host that are there and not whole, where no other one tells the same. */
function cutShort(host: Host, kinds: readonly CaptureKind[]): readonly Skip[] {
  const read = capturesOf(host, null).filter(({ kind, state }) => state === "ok" && kinds.includes(kind));
  const [first] = read;
  return first !== undefined && read.every(({ truncated }) => truncated)
    ? [skip(`${first.kind} is not whole`, commandOf([first.kind]))]
    : [];
}

function lacking(host: Host, outside: readonly Need[], inside: readonly Need[]): readonly Skip[] {
  return [
    ...outside.flatMap((need) => skipWithout(host, ...kindsOf(need))),
    ...inside
      .map(kindsOf)
      .filter((kinds) => !isCaptured(host, kinds, true))
      .map((kinds) => skip(`${kinds.join(" or ")} was captured inside no container`, "sudo sh collect.sh")),
  ];
}

/** One entry for all that a check that ran could not tell; null when it could tell everything. */
export function skippedBy({ id, title }: Check, skips: readonly Skip[]): Skipped | null {
  const whys = [...new Map(skips.map((one) => [one.skip, one])).values()];
  const [first] = whys;
  if (first === undefined) return null;
  const shown = whys.slice(0, mostReasons).map((one) => one.skip);
  const more = whys.length > mostReasons ? `; and ${whys.length - mostReasons} more` : "";
  return { check: id, title, why: `${shown.join("; ")}${more}`, how: first.how, ran: true, lacks: [] };
}

const mostReasons = 3;

const kindsOf = (need: Need): readonly CaptureKind[] => (typeof need === "string" ? [need] : need);

const commandOf = (kinds: readonly CaptureKind[]): string =>
  captureKinds.find(({ id }) => id === kinds[0])?.command ?? "";

function whyMissing(host: Host, kinds: readonly CaptureKind[]): string {
  const report = capturesOf(host, null).find(({ kind, state }) => state !== "ok" && kinds.includes(kind));
  if (report === undefined) return `${kinds.join(" or ")} was not captured`;
  return `${report.kind} ${report.state === "failed" ? "failed" : "is absent"}: ${report.why ?? "no reason given"}`;
}

function commandFor(lacks: string | null): string | undefined {
  return captureKinds.find(({ id }) => id === lacks)?.command;
}
