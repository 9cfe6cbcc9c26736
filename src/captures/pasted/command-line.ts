import type { CaptureKind } from "../kinds.ts";
import { commandOf } from "../recognise.ts";
import { splitStages } from "./command-words.ts";
import { type Filters, filtersIn } from "./filters.ts";
import { type Where, whereRun } from "./where-run.ts";

/** What a command typed at a prompt gives. */
export interface CommandLine {
  /** Null for a command that makes no capture we know. */
  readonly kind: CaptureKind | null;
  readonly where: Where;
  /** Whether it opens a shell: what follows belongs there until the shell ends. */
  readonly shell: boolean;
  /** What keeps its output from being whole: one interface, one table. */
  readonly partial: string | null;
  /** What it asks for: the same words, the same question. Spellings that change nothing are left out. */
  readonly asks: string;
  /** What its output goes through: `| grep docker`. */
  readonly filters: Filters;
}

const longest = 2048;

/** Reads a command line: its first command decides, or what `xargs` runs. */
export function readCommandLine(text: string): CommandLine {
  const stages = splitStages(text.slice(0, longest));
  const piped = stages.find((words) => words[0] === "xargs");
  const { words, where, entered } = whereRun(
    piped?.slice(1).filter((word) => !/^-|^\{\}$/.test(word)) ?? stages[0] ?? [],
  );
  // No words are no command: to ask all kinds would compile all their expressions, at the start of every run.
  const command = words.length === 0 ? null : commandOf(words.join(" "));
  const shell = command === null && (words.length === 0 ? entered : isShell(words));
  const filters = filtersIn(stages.slice(1));
  if (command === null) return { kind: null, where, shell, partial: null, filters, asks: "" };
  const { kind, rest } = command;
  return { kind, where, shell, partial: narrowed(kind, words), filters, asks: asked(kind, rest.split(" "), filters) };
}

/** `bash`, `-zsh`, `su -`, but no script that one runs. */
const isShell = ([name = "", ...rest]: readonly string[]): boolean =>
  name === "su" ? rest.every((word) => !/^(-c|--command)$/.test(word)) : shells.test(name) && !rest.some(isScript);

const shells = /^(\/\S{0,40}\/)?-?(ba|z|da|a|k|fi)?sh$/;
const isScript = (word: string): boolean => !word.startsWith("-");

/** Words that choose how something is shown, or that are said by default. */
const idle = /^(show|list|lst|ls|sh|-c|-c=.*|--counters|-color|--color|-color=.*|--no-trunc)$/;

function asked(kind: CaptureKind, words: readonly string[], filters: Filters): string {
  const said = words.filter((word) => word !== "" && !idle.test(word)).map((word) => flagsOf(kind, word));
  return [kind, ...said.filter((word) => word !== ""), ...filters.flatMap((one) => ["|", ...one])].join(" ");
}

/** The flags of `ss` and `netstat` in one order, without those that only add columns or leave out names: `-p`, `-n`, `-e`. */
function flagsOf(kind: CaptureKind, word: string): string {
  if (kind !== "ss-listen" || !/^-[a-zA-Z]{1,20}$/.test(word)) return word;
  const letters = [...word.slice(1)].filter((letter) => !/[pneHW]/.test(letter));
  return letters.sort().join("");
}

/** Whether the arguments ask for a part of what there is. */
function narrowed(kind: CaptureKind, words: readonly string[]): string | null {
  const options = words.slice(words[0] === "ip" ? 1 : 0);
  // Interfaces without an address of the family are left out, too (iproute2, ip/ipaddress.c: print_addrinfo).
  const family = kind === "ip-addr" ? options.find((word) => /^-(4|6|f|family)$/.test(word)) : undefined;
  const rest = words
    .slice(words[0] === "ip" ? 2 : 1)
    .filter((word) => !/^(-.*|addr\w*|a|link|l|show|list|ls|lst)$/.test(word));
  if (/^(ip-addr|ip-link|brctl-show)$/.test(kind) && rest.length > 0) return `only ${rest.join(" ")}`.slice(0, 80);
  if (family !== undefined) return `only ${family}`;
  const table = /tables(-legacy|-nft)?-save$/.test(kind)
    ? /(?:^|\s)(?:-t\s*|--table[= ])(\w+)/.exec(words.join(" "))?.[1]
    : undefined;
  return table === undefined ? null : `only table ${table}`;
}
