import { type CommandLine, readCommandLine } from "./command-line.ts";

/** A part of a text: what one command printed, or what stands before the first prompt. */
export interface Piece {
  /** The words after the prompt; null for what stands before the first one. */
  readonly command: string | null;
  readonly line: CommandLine | null;
  /** The container in whose namespace the command ran, or the shell that it was typed in. */
  readonly netns: string | null;
  /** The container's id that was the host name in the prompt: a weaker word than a folder or a command gives. */
  readonly promptHost: string | null;
  readonly text: string;
  /** The numbers of the first and the last line of `text`; the prompt is the line before the first. */
  readonly firstLine: number;
  readonly lastLine: number;
}

/** A line that may be a prompt with a command; a Markdown fence ends a command's output as well. */
interface Prompt {
  /** The prompt without the folder, to tell the shells apart that it may come from. */
  readonly shell: string;
  /** The container whose id is the prompt's host name, as it is inside containers. */
  readonly container: string | null;
  readonly command: string;
  /** Whether only a prompt looks so; the others count only with a command that is known. */
  readonly sure: boolean;
}

// `user@host:~$ ip a`, `root@host ~ # ip a`, `(env) user@host:/srv$ ip a`
const userAtHost =
  /^(?:\([\w.-]{1,40}\) )?([\w.+-]{1,64}@([\w.-]{1,64}))(?::[^$#%]{0,100}| [~/\w.-]{0,80})? ?([$#%])(?: +(\S.*))?$/;
// `[user@host ~]$ ip a`
const bracketed = /^\[([\w.+-]{1,64}@([\w.-]{1,64}))[ :][^\]]{0,100}\] ?([$#%])(?: +(\S.*))?$/;
// `ccd72fe225c8:/# ip a`, `host:~ $ ip a`
const hostPath = /^(([\w.-]{1,64})):[~/][^\s#$%]{0,100} ?([#$%])(?: +(\S.*))?$/;
// `/ # ip a`, `~ $ ip a`
const pathOnly = /^()()[~/][\w./-]{0,100} ([#$])(?: +(\S.*))?$/;
// `bash-5.1# ip a`, `host# ip a`
const nameOnly = /^([\w.-]{1,64})()([#$%]) ?(.*)$/;
// `PS C:\Users\me> ssh host ip a`, `C:\>ssh host ip a`
const windows = /^(PS )?()[A-Za-z]:\\[^<>|]{0,150}(>) ?(.*)$/;
// `$ ip a`, `# ip a`, `% ip a`, `> ip a`, `+ ip a` of `set -x`, headings such as `=== ip a ===`
const bare = /^([#=*-]{2,20}>?|[$#%>+\u276f\u279c])()() ?(.*)$/;

const forms = [
  { pattern: userAtHost, sure: true },
  { pattern: bracketed, sure: true },
  { pattern: windows, sure: true },
  { pattern: hostPath, sure: false },
  { pattern: pathOnly, sure: false },
  { pattern: nameOnly, sure: false },
  { pattern: bare, sure: false },
] as const;

const longestPrompt = 300;
/** What every prompt and fence has one of. */
const sign = /[$#%>=*+`\u276f\u279c-]/g;
const leaves = /^(exit|logout)(\s+\d+)?$/;

function readPrompt(raw: string): Prompt | null {
  const line = raw.trim();
  if (line.startsWith("```")) return { shell: "fence", container: null, command: "", sure: true };
  if (line.slice(0, longestPrompt).search(sign) < 0) return null;
  for (const { pattern, sure } of forms) {
    const match = pattern.exec(line);
    if (match === null) continue;
    const [, name = "", host = "", sign = "", command = ""] = match;
    const container = /^[0-9a-f]{12}$/.test(host) ? host : null;
    const isSure = sure || container !== null || name === "$" || leaves.test(command);
    return {
      shell: `${forms.findIndex((form) => form.pattern === pattern)} ${name}${sign}`,
      container,
      command,
      sure: isSure,
    };
  }
  return null;
}

/** The shells that were opened inside a namespace and not left yet. */
interface Inside {
  readonly netns: string | null;
  /** The prompt of the shell around it; null when that is the same. */
  readonly around: string | null;
}

/** A text cut at its prompts, and the line from which on it is not, since it holds too many commands; null when none is left. */
export interface Pieces {
  readonly pieces: readonly Piece[];
  readonly unreadFrom: number | null;
}

/**
 * Cuts a text that was pasted from a terminal at its prompts. A text in which no prompt runs a known command is one piece.
 * Each line is looked at once.
 */
export function splitAtPrompts(all: string): Pieces {
  const found = findPrompts(all);
  if (!found.some(({ line }) => line.kind !== null)) found.length = 0;
  const unread = found[mostPieces];
  const text = all.slice(0, unread?.from);
  found.length = Math.min(found.length, mostPieces);
  const pieces: Piece[] = [];
  const start = found[0];
  if (start === undefined || start.from > 0) {
    const before = text.slice(0, start?.from);
    pieces.push({
      command: null,
      line: null,
      netns: null,
      promptHost: null,
      text: before,
      firstLine: 1,
      lastLine: countLines(before),
    });
  }
  let inside: Inside | null = null;
  for (const [at, { prompt, line, to, number }] of found.entries()) {
    if (inside !== null && (prompt.shell === inside.around || leaves.test(prompt.command))) inside = null;
    const output = text.slice(to, found[at + 1]?.from);
    const netns: string | null = line.netns ?? inside?.netns ?? null;
    const promptHost = prompt.container;
    const lastLine = number + countLines(output);
    pieces.push({ command: prompt.command, line, netns, promptHost, text: output, firstLine: number + 1, lastLine });
    // A shell of nsenter shows the same prompt as the one around it: only `exit` ends it.
    if (line.shell && line.netns !== null)
      inside = { netns: line.netns, around: line.netns.startsWith("pid-") ? null : prompt.shell };
  }
  return { pieces, unreadFrom: unread?.number ?? null };
}

/** So many commands are read of one log: each makes a capture, or a remark that there is no parser for its output. */
export const mostPieces = 2000;

interface Found {
  readonly prompt: Prompt;
  readonly line: CommandLine;
  /** Where the prompt's line starts and where the line after it does. */
  readonly from: number;
  readonly to: number;
  readonly number: number;
}

/** Whether a command line is worth a closer look: thousands of comment lines are not. */
const namesCommand =
  /(^|[\s/"'])(ip6?(tables\S*|set)?|brctl|docker\S*|podman|nerdctl|nft|bridge|sysctl|ss|netstat|cat|nsenter|\w*sh)(\s|$)/;
/** Nobody types more commands into one log; a hostile text has millions. */
const mostCommands = 20_000;
const noCommand: CommandLine = { kind: null, netns: null, shell: false, partial: null, filters: [] };

function nextSign(text: string, from: number): number {
  sign.lastIndex = from;
  return sign.exec(text)?.index ?? text.length;
}

function findPrompts(text: string): Found[] {
  const found: Found[] = [];
  const doubtful: Found[] = [];
  const shells = new Set<string>();
  let [number, looks, next] = [0, 0, -1];
  for (let from = 0; from < text.length; ) {
    const newline = text.indexOf("\n", from);
    const to = newline < 0 ? text.length : newline + 1;
    number++;
    if (next < from) next = nextSign(text, from);
    if (next >= to) {
      from = to;
      continue;
    }
    const prompt = readPrompt(text.slice(from, Math.min(to, from + 4096)));
    if (prompt !== null) {
      const closer = (prompt.sure || namesCommand.test(prompt.command)) && ++looks <= mostCommands;
      const line = closer ? readCommandLine(prompt.command) : noCommand;
      const one: Found = { prompt, line, from, to, number };
      if (one.line.kind !== null || one.line.shell) shells.add(prompt.shell);
      if (prompt.sure || one.line.kind !== null || (one.line.shell && one.line.netns !== null)) found.push(one);
      else doubtful.push(one);
    }
    from = to;
  }
  // `/ # ls` is a prompt when `/ # ip a` is one; `# ls` may always be a comment.
  const comment = String(forms.length - 1);
  const more = doubtful.filter(({ prompt }) => shells.has(prompt.shell) && !prompt.shell.startsWith(comment));
  return [...found, ...more].sort((a, b) => a.from - b.from);
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return text === "" || text.endsWith("\n") ? count : count + 1;
}
