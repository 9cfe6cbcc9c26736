import type { Line } from "../lib/lines.ts";
import { linesToRead } from "./lines.ts";
import type { Note, Parsed, Parser } from "./parser.ts";

/** One set, from `ipset save` or `ipset list`. */
export interface IpSet {
  readonly line: number;
  readonly name: string;
  /** `hash:ip`, `hash:net,port`, `bitmap:port`, `list:set`, … */
  readonly type: string;
  /** `family`, `hashsize`, `maxelem`, `timeout`, `range`, `counters`, `comment`, … flags have an empty value. */
  readonly options: Readonly<Record<string, string>>;
  readonly members: readonly IpSetMember[];
}

export interface IpSetMember {
  readonly line: number;
  /** As printed: `10.0.0.1`, `10.0.0.0/8,tcp:80`, `eth0`. */
  readonly entry: string;
  readonly nomatch: boolean;
  readonly options: Readonly<Record<string, string>>;
}

/**
 * Reads `ipset save`, and `ipset list` in its plain form. Words as in lib/args.c and lib/print.c of ipset: nothing is
 * escaped, only comments stand in quotes, and both comments and names of sets can hold blanks.
 */
export const ipsetSave: Parser<readonly IpSet[]> = { parse, print };

/** The options that have a value, of sets and of members, and those that have none. */
const valued = new Set(
  `family hashsize maxelem netmask bitmask markmask range size timeout probes resize gc bucketsize initval packets bytes
  comment skbmark skbprio skbqueue before after`.split(/\s+/),
);
const flags = new Set(["counters", "comment", "skbinfo", "forceadd", "wildcard", "nomatch"]);

interface OpenSet extends IpSet {
  type: string;
  options: Readonly<Record<string, string>>;
  readonly members: IpSetMember[];
}

interface State {
  readonly sets: OpenSet[];
  readonly byName: Map<string, OpenSet>;
  readonly notes: Note[];
  /** The set that `ipset list` is at, and whether its members have begun. */
  listed: { readonly set: OpenSet; inMembers: boolean } | null;
}

function parse(text: string, firstLine = 1): Parsed<readonly IpSet[]> {
  const state: State = { sets: [], byName: new Map(), notes: [], listed: null };
  const lines = [...linesToRead(text, state.notes, firstLine)];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as Line;
    if (line.text.trim() === "") continue;
    const { words, taken } = wordsAt(lines, at);
    const why = words === null ? "a quote is not closed as it should be" : readRecord(state, line, words);
    if (why !== null) state.notes.push({ line: line.number, text: line.text, why });
    at += taken - 1;
  }
  return { data: state.sets, notes: state.notes };
}

/** A quoted comment, a word, or a quote that starts no proper comment. */
const word = /"[^"]*"(?=[ \t\n]|$)|[^\s"]\S*|"/g;

/** The kernel keeps comments of up to 255 bytes (IPSET_MAX_COMMENT_SIZE). */
const longestComment = 256;

/** The words of the record at the index, and how many lines it takes: comments can hold line ends. */
function wordsAt(lines: readonly Line[], at: number): { words: string[] | null; taken: number } {
  const first = lines[at]?.text ?? "";
  let text = first;
  for (let taken = 1; ; taken++) {
    const words: string[] = text.match(word) ?? [];
    if (!words.includes('"')) return { words, taken };
    const isOpen = (text.match(/"/g)?.length ?? 0) % 2 === 1;
    const next = lines[at + taken]?.text;
    if (!isOpen || next === undefined || text.length - first.length > longestComment) return { words: null, taken: 1 };
    text += `\n${next}`;
  }
}

/** Reads one record into the state; returns what could not be read, or null. */
function readRecord(state: State, line: Line, words: readonly string[]): string | null {
  const [command, ...rest] = words;
  if (command === "create") return openSet(state, line, rest);
  if (command === "add") {
    const set = setNamed(state, rest);
    if (set === null) return "no create line of this set before it";
    return addMember(set, line, rest.slice(set.name.split(" ").length));
  }
  if (command === "Name:") return openListed(state, line, rest.join(" "));
  if (state.listed !== null) return readListed(state.listed, line, words);
  return "neither create nor add";
}

function openSet(state: State, line: Line, words: readonly string[]): string | null {
  const at = words.findIndex((word) => /^(hash|bitmap|list):\S/.test(word));
  if (at < 1) return "expected create, a name and a type such as hash:ip";
  const name = words.slice(0, at).join(" ");
  const { options, why } = readOptions(words.slice(at + 1));
  put(state, { line: line.number, name, type: words[at] ?? "", options, members: [] });
  return why;
}

function put(state: State, set: OpenSet): void {
  state.sets.push(set);
  state.byName.set(set.name, set);
  state.listed = null;
}

/** The set that an `add` names; only names with blanks need more than one look. */
function setNamed(state: State, words: readonly string[]): OpenSet | null {
  for (let count = 1; count < Math.min(words.length, 32); count++) {
    const set = state.byName.get(words.slice(0, count).join(" "));
    if (set !== undefined) return set;
  }
  return null;
}

function addMember(set: OpenSet, line: Line, words: readonly string[]): string | null {
  const [entry, ...rest] = words;
  if (entry === undefined) return "expected a member";
  const { options: all, why } = readOptions(rest);
  const { nomatch, ...options } = all;
  set.members.push({ line: line.number, entry, nomatch: nomatch !== undefined, options });
  return why;
}

function readOptions(words: readonly string[]): { options: Record<string, string>; why: string | null } {
  const options: Record<string, string> = {};
  let why: string | null = null;
  for (let at = 0; at < words.length; at++) {
    const name = words[at] ?? "";
    const next = words[at + 1];
    // `comment` is a flag of a set and has a value, always quoted, with a member.
    if (valued.has(name) && next !== undefined && (name !== "comment" || next.startsWith('"'))) {
      options[name] = next.startsWith('"') ? next.slice(1, -1) : next;
      at++;
    } else if (flags.has(name)) options[name] = "";
    else why ??= valued.has(name) ? `${name} lacks its value` : `unknown option ${name}`;
  }
  return { options, why };
}

/** `ipset list`: a set begins with `Name:`. */
function openListed(state: State, line: Line, name: string): string | null {
  const set: OpenSet = { line: line.number, name, type: "", options: {}, members: [] };
  put(state, set);
  state.listed = { set, inMembers: false };
  return name === "" ? "expected the name of a set" : null;
}

function readListed(listed: NonNullable<State["listed"]>, line: Line, words: readonly string[]): string | null {
  const { set } = listed;
  if (listed.inMembers) return addMember(set, line, words);
  const [field, ...rest] = words;
  const text = words.join(" ");
  if (field === "Type:" && rest.length === 1) set.type = rest[0] ?? "";
  else if (field === "Header:") {
    const { options, why } = readOptions(rest);
    set.options = options;
    return why;
  } else if (text === "Members:") listed.inMembers = true;
  else if (!/^(Revision|Size in memory|References|Number of entries): \d+$/.test(text))
    return "not a line of ipset list";
  return null;
}

/** Always as `ipset save` does, in the order of the lines. */
function print(sets: readonly IpSet[]): string {
  const lines: { line: number; text: string }[] = [];
  for (const { line, name, type, options, members } of sets) {
    lines.push({ line, text: `create ${name} ${type}${printOptions(options)}` });
    for (const member of members) lines.push({ line: member.line, text: `add ${name} ${printMember(member)}` });
  }
  lines.sort((a, b) => a.line - b.line);
  return lines.map(({ text }) => `${text}\n`).join("");
}

/** `nomatch` stands behind the timeout and before all else. */
function printMember({ entry, nomatch, options }: IpSetMember): string {
  const { timeout, ...others } = options;
  const head = timeout === undefined ? entry : `${entry} timeout ${timeout}`;
  return `${head}${nomatch ? " nomatch" : ""}${printOptions(others, true)}`;
}

function printOptions(options: Readonly<Record<string, string>>, quoted = false): string {
  return Object.entries(options)
    .map(([name, value]) => {
      if (flags.has(name) && !(quoted && name === "comment")) return ` ${name}`;
      return name === "comment" ? ` comment "${value}"` : ` ${name} ${value}`;
    })
    .join("");
}
