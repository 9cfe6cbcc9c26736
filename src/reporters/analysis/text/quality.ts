import { firstOf } from "../../../lib/enumerate.ts";
import { escapeTerminal } from "../../../lib/escape-terminal.ts";
import { groupBy } from "../../../lib/group-by.ts";
import { formatSource } from "../../../lib/source.ts";
import type { Quality } from "../../../results/analysis.ts";
import { wrap } from "../../text/rows.ts";
import type { Style } from "../../text/style.ts";

/** As many lines of one sort are shown; the JSON has all. */
const mostShown = 10;

/** What the snapshot holds and what is wrong with it, worst last. */
export function qualityLines(quality: Quality, style: Style): string[] {
  const { captures, notes, unread, contradictions, gaps } = quality;
  const state = (wanted: string) => captures.filter((capture) => capture.state === wanted);
  const remarked = state("ok").filter(({ why, truncated }) => why !== null && !truncated);
  return [
    ...readLines(state("ok"), style),
    ...list(
      { one: "capture read with a remark", many: "captures read with a remark", count: remarked.length },
      byReason(remarked),
      style.warn,
      style,
    ),
    ...list(
      {
        one: "capture replaced by a later one",
        many: "captures replaced by later ones",
        count: state("replaced").length,
      },
      byReason(state("replaced")),
      style.warn,
      style,
    ),
    ...list(
      { one: "capture failed", many: "captures failed", count: state("failed").length },
      byReason(state("failed")),
      style.bad,
      style,
    ),
    ...list(
      { one: "capture absent", many: "captures absent", count: state("absent").length },
      byReason(state("absent")),
      style.warn,
      style,
    ),
    ...list({ one: "thing not known", many: "things not known", count: gaps.length }, grouped(gaps), style.warn, style),
    ...list(
      { one: "line not understood", many: "lines not understood" },
      notes.map((note) => `${formatSource(note)}: ${note.why}: ${note.text.trim()}`),
      style.warn,
      style,
    ),
    ...list({ one: "contradiction", many: "contradictions" }, contradictions.map(contradiction), style.warn, style),
    ...list(
      { one: "file not read", many: "files not read" },
      unread.map(({ file, why }) => `${file}: ${why}`),
      style.warn,
      style,
    ),
  ];
}

type CaptureLine = Quality["captures"][number];

function readLines(captures: readonly CaptureLine[], style: Style): string[] {
  const own = [...new Set(captures.filter(({ netns }) => netns === null).map(({ kind }) => kind))];
  const inside = captures.filter(({ netns }) => netns !== null);
  const containers = new Set(inside.map(({ netns }) => netns)).size;
  const within =
    containers === 0
      ? []
      : [
          `${own.length > 0 ? "and " : ""}${inside.length} inside ${containers} ${containers === 1 ? "container" : "containers"}`,
        ];
  const words = [...own.map((kind, i) => (i < own.length - 1 || within.length > 0 ? `${kind},` : kind)), ...within];
  return wrap(
    [`${captures.length} ${captures.length === 1 ? "capture" : "captures"} read:`, ...words].map((word) =>
      style.plain(word),
    ),
    style.width - 2,
    "  ",
    " ",
  ).map((line) => `  ${line}`);
}

/** Captures with one reason become one line. */
function byReason(captures: readonly CaptureLine[]): string[] {
  const groups = groupBy(captures, ({ why }) => why ?? "no reason given");
  return [...groups].map(([why, group]) => {
    const names = group.map(({ kind, netns }) => (netns === null ? kind : `${kind} in ${netns}`));
    return `${fewOf(names)}: ${why}`;
  });
}

const contradiction = ({ subject, message, sources }: Quality["contradictions"][number]): string =>
  `${subject}: ${message}${sources.length === 0 ? "" : ` (${sources.slice(0, 3).map(formatSource).join(", ")})`}`;

/** Gaps with one reason become one line, and all that was simply not captured becomes one. */
function grouped(gaps: Quality["gaps"]): string[] {
  const isNotCaptured = ({ message }: Quality["gaps"][number]) =>
    /^\S+ (was not captured|is absent: not captured)$/.test(message);
  const notCaptured = gaps
    .filter(isNotCaptured)
    .map(({ subject, message }) => `${subject.replace("the host's ", "")} (${message.split(" ")[0]})`);
  const others = groupBy(
    gaps.filter((gap) => !isNotCaptured(gap)),
    ({ message }) => message,
  );
  const lines = [...others].map(([message, group]) => `${fewOf(group.map(({ subject }) => subject))}: ${message}`);
  // What failed, or lies there unread, first: something can be done about it without going to the host.
  const unread = lines.filter((line) => line.startsWith("the host's "));
  return [
    ...unread,
    ...(notCaptured.length === 0 ? [] : [`not captured of the host: ${notCaptured.join(", ")}`]),
    ...lines.filter((line) => !unread.includes(line)),
  ];
}

const fewOf = (names: readonly string[]): string => firstOf(names, names.length > 4 ? 3 : 4).join(", ");

interface Titled {
  readonly one: string;
  readonly many: string;
  /** Where an item stands for several; else the number of items. */
  readonly count?: number;
}

function list(
  { one, many, count }: Titled,
  items: readonly string[],
  paint: (text: string) => string,
  style: Style,
): string[] {
  if (items.length === 0) return [];
  const shown = items.slice(0, mostShown).flatMap((item) => {
    const words = escapeTerminal(item, 2000).split(" ");
    return wrap(words, style.width - 4, "  ", " ").map((line) => `    ${style.quiet(line)}`);
  });
  const rest = items.length - mostShown;
  const title = paint(`${count ?? items.length} ${(count ?? items.length) === 1 ? one : many}`);
  return [`  ${title}`, ...shown, ...(rest > 0 ? [`    … and ${rest} more`] : [])];
}
