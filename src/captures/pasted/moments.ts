import { groupBy } from "../../lib/group-by.ts";
import { byCodePoint } from "../../lib/order.ts";
import type { Source } from "../../lib/source.ts";
import { type CaptureKind, captureKinds } from "../kinds.ts";
import { copyNumber } from "../recognise.ts";
import { type Capture, type CaptureOk, type CaptureReplaced, SnapshotError } from "../snapshot.ts";
import type { Taken } from "../taken.ts";
import { compareSubstance, type Difference, tellOfTheSame } from "./substance.ts";

/**
 * Outputs of one command are two moments of one thing, never two parts of it: the later holds, and what the earlier said
 * otherwise is kept beside it. Outputs of other commands stay as they are. In one file the later one stands further down; of
 * two files only the numbers of copies tell, and where nothing does neither is read.
 */
export function settleMoments(taken: readonly Taken[], name: string): readonly Capture[] {
  const captures: Capture[] = [];
  for (const [, group] of groupBy(
    taken,
    ({ capture }) => `${capture.kind} ${capture.netns ?? ""} ${capture.netns === null}`,
  )) {
    const byFile = groupBy(group, ({ capture }) => capture.file);
    const settled = [...byFile].flatMap(([, own]) => settleFile(own.toSorted((a, b) => a.line - b.line)));
    captures.push(...settleFiles(settled, name).map(({ capture }) => capture));
  }
  return captures;
}

/** The outputs of one file, in order. */
function settleFile(taken: readonly Taken[]): readonly Taken[] {
  const settled: Taken[] = [];
  for (const later of taken) {
    const at = settled.findLastIndex((earlier) => isSameQuestion(earlier, later));
    const earlier = settled[at];
    if (earlier === undefined) settled.push(later);
    else settled.splice(at, 1, ...twoMoments(earlier, later));
  }
  return settled;
}

/** Whether the later output answers what the earlier did. */
function isSameQuestion(earlier: Taken, later: Taken): boolean {
  if (earlier.capture.state === "replaced" || later.capture.state === "replaced") return false;
  const { kind } = later.capture;
  // Some lines that a person left of a whole listing do not say that the rest is gone.
  if (isCut(later) && !isCut(earlier)) return false;
  if (earlier.asks !== null && later.asks !== null)
    return earlier.asks === later.asks || (later.asks === askedForAll(kind) && asksForPart(earlier, later));
  if (isJson(kind) || earlier.capture.state !== "ok" || later.capture.state !== "ok") return false;
  return tellOfTheSame(earlier.capture.text, later.capture.text);
}

const loopback = /^[ \t]*1: lo[: \t]/m;

/** The words that ask for all of a kind; null where none do. */
function askedForAll(kind: CaptureKind): string | null {
  if (kind === "ip-route" || kind === "ip6-route") return `${kind} table all`;
  return /^(ip-|iptables|ip6tables|brctl|bridge-|ipset)/.test(kind) ? kind : null;
}

/** The earlier output is a part of what the later has to show. */
const asksForPart = (earlier: Taken, later: Taken): boolean =>
  earlier.asks !== later.asks && earlier.asks?.startsWith(earlier.capture.kind) === true && !isCut(later);

/** Whether a listing of interfaces shows no loopback, which every namespace has. */
const isCut = ({ capture }: Taken): boolean =>
  /^ip-(addr|link)$/.test(capture.kind) && capture.state === "ok" && !loopback.test(capture.text);

const isJson = (kind: CaptureKind): boolean => captureKinds.find(({ id }) => id === kind)?.counted === "json";

function twoMoments(earlier: Taken, later: Taken): readonly Taken[] {
  const [before, after] = [earlier.capture, later.capture];
  if (before.state === "failed")
    return [later, replaced(earlier, `it failed (${before.why}); taken again at ${placeOf(later)}`, [])];
  if (before.state !== "ok") return [earlier, later];
  if (after.state === "failed")
    return [
      earlier,
      replaced(later, `it failed (${after.why}); the one taken before, at ${placeOf(earlier)}, is read`, []),
    ];
  if (after.state !== "ok") return [earlier, later];
  if (after.text.trim() === "" && before.text.trim() !== "") {
    const why = `taken twice: at ${placeOf(earlier)} it printed something, at ${placeOf(later)} nothing, or that was left out`;
    return [
      replaced(earlier, why, []),
      { ...later, capture: { kind: after.kind, netns: after.netns, file: after.file, state: "failed", why } },
    ];
  }
  const whole = compareSubstance(before, after);
  const difference = asksForPart(earlier, later) ? { ...whole, later: null, count: whole.gone } : whole;
  const words = difference.count === 0 ? "the same but for counters" : differing(difference);
  return [
    later,
    replaced(
      earlier,
      `taken twice: the later, at ${placeOf(later)}, holds; ${words}`,
      sources(difference, before, after),
    ),
  ];
}

/** `only the earlier has "inet 172.17.0.1/16", only the later "…", and more` */
function differing({ earlier, later, count }: Difference): string {
  const named = [
    ...(earlier === null ? [] : [`only the earlier has "${earlier.text}"`]),
    ...(later === null ? [] : [`only the later has "${later.text}"`]),
  ];
  return [...named, ...(count > named.length ? ["and more differs"] : [])].join(", ");
}

const sources = ({ earlier, later }: Difference, before: Capture, after: Capture): readonly Source[] => [
  ...(earlier === null ? [] : [{ file: before.file, line: earlier.number }]),
  ...(later === null ? [] : [{ file: after.file, line: later.number }]),
];

function replaced(taken: Taken, why: string, differs: readonly Source[]): Taken {
  const { capture } = taken;
  const { kind, netns, file } = capture;
  const [text, firstLine] = "text" in capture ? [capture.text, capture.firstLine] : ["", taken.line];
  const result: CaptureReplaced = { kind, netns, file, state: "replaced", text, firstLine, why, differs };
  return { ...taken, capture: result };
}

const placeOf = ({ capture, line }: Taken): string => `${capture.file}:${line}`;

/** Files of one name are one output taken twice, unless they tell of other things: then they are parts of it. */
function settleFiles(taken: readonly Taken[], name: string): readonly Taken[] {
  const groups = groupBy(taken, ({ asks, capture }) =>
    asks?.startsWith("file ") === true ? asks : `in ${capture.file}`,
  );
  return [...groups].flatMap(([, group]) => (isOneFile(group) ? group : settleCopies(group, name)));
}

const isOneFile = (group: readonly Taken[]): boolean => new Set(group.map(({ capture }) => capture.file)).size < 2;

function settleCopies(group: readonly Taken[], name: string): readonly Taken[] {
  const settled: Taken[] = [];
  const numbered = group.toSorted(
    (a, b) =>
      (copyNumber(a.capture.file) ?? 0) - (copyNumber(b.capture.file) ?? 0) ||
      byCodePoint(a.capture.file, b.capture.file),
  );
  for (const later of numbered) {
    const at = settled.findLastIndex((earlier) => tellTheSame(earlier.capture, later.capture));
    const earlier = settled[at];
    if (earlier === undefined) settled.push(later);
    else if (saysTheSame(earlier.capture, later.capture))
      settled.push(replaced(later, `the same as ${placeOf(earlier)}`, []));
    else if (areInOrder(earlier.capture, later.capture)) settled.splice(at, 1, ...twoMoments(earlier, later));
    else settled.splice(at, 1, ...eitherOf(earlier, later, name));
  }
  return settled;
}

const tellTheSame = (a: Capture, b: Capture): boolean =>
  a.state === "ok" && b.state === "ok" && !isJson(a.kind) && tellOfTheSame(a.text, b.text);

const saysTheSame = (a: Capture, b: Capture): boolean =>
  a.state === "ok" && b.state === "ok" && compareSubstance(a, b).count === 0;

const folderOf = (file: string): string => file.slice(0, file.lastIndexOf("/") + 1);

/** Copies in one folder are numbered in the order in which they were made. */
const areInOrder = (a: Capture, b: Capture): boolean =>
  folderOf(a.file) === folderOf(b.file) && copyNumber(a.file) !== copyNumber(b.file);

/** Two texts of which nothing tells which is the later. Folders side by side that hold a host each are two snapshots. */
function eitherOf(a: Taken, b: Taken, name: string): readonly Taken[] {
  const [one, other] = [folderOf(a.capture.file), folderOf(b.capture.file)];
  const isCore = captureKinds.find(({ id }) => id === a.capture.kind)?.core === true;
  if (isCore && a.capture.netns === null && !one.startsWith(other) && !other.startsWith(one))
    throw new SnapshotError(
      `${name} holds several snapshots, in ${one} and ${other}; give one of the folders, or both to compare`,
    );
  const why = `${a.capture.file} and ${b.capture.file} differ, and which of them is the later is not known; leave one out`;
  return [a, b].map((taken) => {
    const { kind, netns, file } = taken.capture as CaptureOk;
    return { ...taken, capture: { kind, netns, file, state: "failed", why } };
  });
}
