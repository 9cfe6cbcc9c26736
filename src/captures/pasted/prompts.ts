import { type CommandLine, readCommandLine } from "./command-line.ts";
import { leaves, mayBeComment, type Prompt, readPrompt } from "./prompt.ts";
import type { ShellStep } from "./shells.ts";

/** A prompt with its command, and where they stand in the text. */
export interface FoundCommand extends Omit<ShellStep, "output"> {
  /** Where its lines start and where the line after them does. */
  readonly from: number;
  readonly to: number;
  /** Of the last line of the command. */
  readonly number: number;
}

/** Whether a command line is worth a closer look: thousands of comment lines are not. */
const namesCommand =
  /(^|[\s/"'])(ip6?(tables\S*|set)?|brctl|docker\S*|podman|nerdctl|kubectl|oc|crictl|ssh|mosh|vagrant|lxc|incus|machinectl|multipass|nft|bridge|sysctl|ss|netstat|cat|nsenter|sudo|su|\w*sh)(\s|$)/;
/** Nobody types more commands into one log; a hostile text has millions. */
const mostCommands = 20_000;
const noCommand: CommandLine = readCommandLine("");

/** Lines with which a shell says by itself that it ends. */
const ends = /^(exit|logout|\^D(exit|logout)?|Connection to \S{1,100} closed\.?)$/;
/** Commands of the field whose output no parser reads, spelt as nobody would in a remark. */
const otherCommand =
  /^(sudo )?((nft( -\w+)* list|ip6?tables(-legacy|-nft)?( -[a-zA-Z-]+)+|ip( -\w+)* (netconf|netns|maddress|tunnel|xfrm|vrf|nexthop)|docker (logs|run|exec|compose|container|volume|stats|images|port|top)|conntrack -\w|ethtool|ifconfig|systemctl|ufw status|firewall-cmd --)\b|(wg|arp|route|uname|lsmod|hostname)( -?\w+)?$)/;

/** Commands that people paste without their prompt, and that say where what follows belongs. */
const withoutPrompt = /^(sudo )?(docker|docker-compose|podman|nerdctl|kubectl|oc|crictl|nsenter|ip netns exec) \S/;

/** The key of such a line in place of a prompt's. */
const none = "none";

/** A command on several lines has no more of them. */
const mostContinued = 40;
const longestLine = 4096;

/** The prompts of a text, in order. Each line is looked at once. */
export function findPrompts(text: string): readonly FoundCommand[] {
  const found: FoundCommand[] = [];
  const doubtful: FoundCommand[] = [];
  const shells = new Set<string>();
  const lines = linesOf(text);
  let looks = 0;
  for (let at = lines.next(); at !== null; at = lines.next()) {
    if (at.to - at.from < 2) continue;
    const raw = text.slice(at.from, Math.min(at.to, at.from + longestLine));
    const prompt = readPrompt(raw) ?? unprompted(raw);
    if (prompt === null) {
      if (ends.test(raw.trim())) found.push({ prompt: null, line: noCommand, ...at });
      continue;
    }
    const closer = (prompt.sure || namesCommand.test(prompt.command)) && ++looks <= mostCommands;
    const command = closer ? continued(prompt.command, text, lines) : prompt.command;
    const line = closer ? readCommandLine(command) : noCommand;
    const { number, to } = lines.at();
    const one: FoundCommand = { prompt: { ...prompt, command }, line, from: at.from, to, number };
    const leads = line.where.netns !== null || line.where.host !== null || line.where.ofHost;
    const elsewhere = line.shell && leads;
    if (prompt.shell === none && !elsewhere && (line.kind === null || !leads)) continue;
    if ((line.kind !== null || line.shell) && prompt.shell !== none) shells.add(prompt.shell);
    if (prompt.sure || line.kind !== null || elsewhere) found.push(one);
    else doubtful.push(one);
  }
  // `/ # ls` is a prompt when `/ # ip a` is one; `# ls` may always be a comment, but not `# nft list ruleset`.
  const more = doubtful.filter(
    ({ prompt }) =>
      prompt !== null && shells.has(prompt.shell) && (!mayBeComment(prompt) || otherCommand.test(prompt.command)),
  );
  const all = [...found, ...more].sort((a, b) => a.from - b.from);
  return all.some(({ line }) => line.shell) || all.some(({ prompt }) => prompt?.container != null)
    ? all.filter((one, i) => one.prompt !== null || !isEcho(text, all[i - 1], one))
    : all.filter(({ prompt }) => prompt !== null);
}

/** A shell says `exit` once more on a line of its own when that was typed, and ssh that the connection is closed. */
const isEcho = (text: string, before: FoundCommand | undefined, { from }: FoundCommand): boolean =>
  before !== undefined &&
  (before.prompt === null || leaves.test(before.prompt.command)) &&
  text.slice(before.to, Math.min(from, before.to + longestLine)).trim() === "";

function unprompted(raw: string): Prompt | null {
  const command = raw.trim();
  if (!withoutPrompt.test(command)) return null;
  return { shell: none, host: null, container: null, bareShell: false, heading: true, command, sure: false };
}

/** The command with the lines that a `\` at the end goes on to; a shell begins them with `> `. */
function continued(command: string, text: string, lines: Lines): string {
  let whole = command;
  for (let i = 0; i < mostContinued && whole.endsWith("\\"); i++) {
    const more = lines.next();
    if (more === null) break;
    const next = text.slice(more.from, Math.min(more.to, more.from + longestLine)).trim();
    whole = `${whole.slice(0, -1).trimEnd()} ${next.replace(/^> /, "")}`.slice(0, longestLine);
  }
  return whole;
}

interface Line {
  readonly from: number;
  readonly to: number;
  readonly number: number;
}

interface Lines {
  readonly next: () => Line | null;
  /** The line that was given last. */
  readonly at: () => Line;
}

function linesOf(text: string): Lines {
  let line: Line = { from: 0, to: 0, number: 0 };
  return {
    at: () => line,
    next: () => {
      const from = line.to;
      if (from >= text.length) return null;
      const newline = text.indexOf("\n", from);
      line = { from, to: newline < 0 ? text.length : newline + 1, number: line.number + 1 };
      return line;
    },
  };
}
