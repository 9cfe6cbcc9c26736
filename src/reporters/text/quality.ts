import type { Quality } from "../../analysis.ts";
import { formatSource } from "../../lib/source.ts";
import { wrap } from "./rows.ts";
import type { Style } from "./style.ts";

/** As many lines of one sort are shown; the JSON has all. */
const mostShown = 10;

/** What the snapshot holds and what is wrong with it, worst last. */
export function qualityLines(quality: Quality, style: Style): string[] {
  const { captures, notes, unread, contradictions, gaps } = quality;
  const state = (wanted: string) => captures.filter((capture) => capture.state === wanted);
  return [
    ...readLines(state("ok"), style),
    ...list("failed", state("failed").map(reasonOf), style.bad, style),
    ...list("absent", state("absent").map(reasonOf), style.warn, style),
    ...list("not known", grouped(gaps), style.warn, style),
    ...list(
      "not understood",
      notes.map((note) => `${formatSource(note)}: ${note.why}: ${note.text.trim()}`),
      style.warn,
      style,
    ),
    ...list("contradictions", contradictions.map(contradiction), style.warn, style),
    ...list(
      "files not read",
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
      : [`and ${inside.length} inside ${containers} ${containers === 1 ? "container" : "containers"}`];
  const words = [...own.map((kind, i) => (i < own.length - 1 || within.length > 0 ? `${kind},` : kind)), ...within];
  return wrap(
    [`${captures.length} captures read:`, ...words].map((word) => style.plain(word)),
    style.width - 2,
    "  ",
    " ",
  ).map((line) => `  ${line}`);
}

const reasonOf = ({ kind, netns, why }: CaptureLine): string =>
  `${kind}${netns === null ? "" : ` in ${netns}`}${why === null ? "" : `: ${why}`}`;

const contradiction = ({ subject, message, sources }: Quality["contradictions"][number]): string =>
  `${subject}: ${message}${sources.length === 0 ? "" : ` (${sources.slice(0, 3).map(formatSource).join(", ")})`}`;

/** Gaps with one reason become one line, so that a missing capture is not told once for each thing it would have shown. */
function grouped(gaps: Quality["gaps"]): string[] {
  const byMessage = new Map<string, string[]>();
  for (const { subject, message } of gaps) byMessage.set(message, [...(byMessage.get(message) ?? []), subject]);
  return [...byMessage].map(([message, subjects]) => {
    const shown = subjects.length > 4 ? [...subjects.slice(0, 3), `${subjects.length - 3} more`] : subjects;
    return `${shown.join(", ")}: ${message}`;
  });
}

function list(title: string, items: readonly string[], paint: (text: string) => string, style: Style): string[] {
  if (items.length === 0) return [];
  const shown = items.slice(0, mostShown).map((item) => `    ${style.quiet(item)}`);
  const rest = items.length - shown.length;
  return [`  ${paint(`${items.length} ${title}`)}`, ...shown, ...(rest > 0 ? [`    … and ${rest} more`] : [])];
}
