/** A line that only one of two outputs has. */
export interface OddLine {
  readonly number: number;
  readonly text: string;
}

/** What two outputs of one command differ in: the first line that only the one has, the first that only the other has, and how many there are. */
export interface Difference {
  readonly earlier: OddLine | null;
  readonly later: OddLine | null;
  readonly count: number;
  /** How many lines only the earlier has. */
  readonly gone: number;
}

/** Compares two outputs but for what changes by itself: counters, ages, states of neighbours, the order of lines. */
export function compareSubstance(earlier: Numbered, later: Numbered): Difference {
  const [before, after] = [substance(earlier), substance(later)];
  const only = (own: ReadonlyMap<string, OddLine>, other: ReadonlyMap<string, OddLine>) =>
    [...own].filter(([key]) => !other.has(key)).map(([, line]) => line);
  const [gone, come] = [only(before, after), only(after, before)];
  return { earlier: gone[0] ?? null, later: come[0] ?? null, count: gone.length + come.length, gone: gone.length };
}

/** A text and the number of its first line. */
export interface Numbered {
  readonly text: string;
  readonly firstLine: number;
}

const longestLine = 1000;

function substance({ text, firstLine }: Numbered): ReadonlyMap<string, OddLine> {
  const lines = new Map<string, OddLine>();
  let number = firstLine - 1;
  for (const line of text.split("\n")) {
    number++;
    const key = lasting(line.slice(0, longestLine));
    if (key !== "" && !lines.has(key)) lines.set(key, { number, text: line.trim().slice(0, 120) });
  }
  return lines;
}

/** A line without what changes by itself. */
function lasting(line: string): string {
  if (/^\s*(#|valid_lft )/.test(line)) return "";
  return (
    line
      .replace(/\[\d+:\d+\]/g, "")
      .replace(/\b(packets|bytes|expires|used|probes|ref|ageing_timer|timer) \d[\d/:.a-z]*/g, "")
      // Other programs print more or less of these; whether a link is up stands in its flags.
      .replace(/,M-DOWN\b| (qdisc|state|group|qlen|link-netnsid) \w+/g, "")
      .replace(/ (REACHABLE|STALE|DELAY|PROBE)\b/g, "")
      .replace(/\b(About )?(an?|\d+) (second|minute|hour|day|week|month|year)s?( ago)?\b/gi, "")
      .replace(/\s+/g, " ")
      .trim()
  );
}

/** Whether two outputs tell of the same things, so that they cannot be two parts of one: they share a line beside the heading. */
export function tellOfTheSame(a: string, b: string): boolean {
  const things = (text: string) =>
    new Set(
      text
        .split("\n")
        .slice(0, 5000)
        .map(thingOf)
        .filter((line) => line !== ""),
    );
  const [one, other] = [things(a), things(b)];
  return [...one].some((thing) => other.has(thing));
}

/** What a line is about: an interface's name, a table, else all of it. */
function thingOf(raw: string, at: number): string {
  const line = lasting(raw.slice(0, longestLine));
  const name = /^\d+: ([\w.-]+)[@:]/.exec(line)?.[1];
  if (name !== undefined) return `: ${name}`;
  if (/^\*\w+$/.test(line)) return line;
  // A heading, a rule, or what many interfaces say alike.
  return at === 0 || line.length < 8 || /^(-A|:|COMMIT|link\/|inet|[A-Z][\w ]+$)/.test(line) ? "" : line;
}
