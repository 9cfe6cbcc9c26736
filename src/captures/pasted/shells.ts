import type { CommandLine } from "./command-line.ts";
import { leaves, type Prompt } from "./prompt.ts";
import { isSameHost } from "./same-host.ts";
import { unnamed } from "./where-run.ts";

/** Whose network a command showed, as far as a text tells. */
export interface ShellPlace {
  /** The host by its prompt, or by what ssh was asked for; null where no prompt names it. */
  readonly host: string | null;
  /** The container; null for the host's own namespace. */
  readonly netns: string | null;
  /** Whether the shell was inside a container that may have been left without a trace: a new block of a text says nothing of it. */
  readonly unsure: boolean;
}

/** A line of a log at which a command was given, or a shell left. */
export interface ShellStep {
  /** Null where a shell says that it ends: `logout`, `Connection to host closed.` */
  readonly prompt: Prompt | null;
  readonly line: CommandLine;
  readonly number: number;
  /** What was printed after it. */
  readonly output: string;
}

/** A shell that was opened and not left yet. */
interface Shell {
  readonly host: string | null;
  readonly netns: string | null;
  /** Host names in its prompts. */
  readonly names: string[];
  /** Its other prompts. */
  readonly prompts: string[];
  /** Whether none of its prompts was seen yet. */
  isNew: boolean;
  /** Whether its prompt shows the name that the one around it shows. */
  readonly sameName: boolean;
}

/** Nobody opens more shells inside each other. */
const deepest = 12;
/** So far ahead an `exit` is looked for. */
const farthest = 100;

/**
 * Follows the shells of a log: who opens one, and where each step happened. A shell that a command opened lasts until it is
 * left, or until a prompt of a shell around it comes back. `nameUnnamed` names a container that nothing names, by its line.
 */
export function followShells(
  steps: readonly ShellStep[],
  nameUnnamed: (line: number) => string,
): readonly ShellPlace[] {
  const stack: Shell[] = [openShell({ host: null, netns: null, sameName: true }, false)];
  /** The containers by the ids in their prompts, where the shell was opened by name. */
  const names = new Map<string, string>();
  const top = (): Shell => stack.at(-1) as Shell;
  const push = (shell: Shell): void => {
    if (stack.length >= deepest) stack.splice(1, 1);
    stack.push(shell);
  };
  return steps.map((step, at) => {
    const { prompt, line, number } = step;
    if (prompt === null) {
      const left = top();
      if (stack.length > 1) stack.pop();
      return { host: left.host, netns: left.netns, unsure: false };
    }
    const isFence = prompt.shell === "fence";
    // What stands without a prompt does not say which shell it was typed in.
    if (!isFence && prompt.shell !== "none")
      arrive(stack, prompt, () => staysInside(steps, at), push, names, nameUnnamed(number));
    const { host, netns } = top();
    const { where } = line;
    const named = where.netns === unnamed ? nameUnnamed(number) : where.netns;
    const own = where.ofHost || where.host !== null ? null : netns;
    const place: ShellPlace = {
      host: where.host ?? host,
      netns: named ?? own,
      unsure: isFence && netns !== null,
    };
    if (leaves.test(prompt.command) && stack.length > 1) stack.pop();
    else if (line.shell) push(openShell({ ...place, sameName: where.sameName }, true));
    return place;
  });
}

const openShell = ({ host, netns, sameName }: Pick<Shell, "host" | "netns" | "sameName">, isNew: boolean): Shell => ({
  host,
  netns,
  sameName,
  isNew,
  names: [],
  prompts: [],
});

/** Finds the shell that a prompt belongs to, and leaves those that were opened since. */
function arrive(
  stack: Shell[],
  prompt: Prompt,
  staysInside: () => boolean,
  push: (shell: Shell) => void,
  names: Map<string, string>,
  nameless: string,
): void {
  const top = stack.at(-1) as Shell;
  const around = stack.slice(0, -1).findLastIndex((shell) => answers(shell, prompt));
  if (top.isNew) {
    top.isNew = false;
    if (around >= 0 && !top.sameName && (prompt.host !== null || !staysInside())) stack.length = around + 1;
    else become(stack, prompt, names);
    return;
  }
  if (answers(top, prompt)) return;
  if (around >= 0) {
    stack.length = around + 1;
    return;
  }
  if (prompt.container !== null) {
    // One container's prompt has one id: another one is another container's.
    if (top.netns !== null && !top.names.some((name) => /^[0-9a-f]{12}$/.test(name))) become(stack, prompt, names);
    else {
      while (stack.length > 1 && stack.at(-1)?.netns !== null) stack.pop();
      const host = stack.at(-1)?.host ?? null;
      push(openShell({ host, netns: names.get(prompt.container) ?? prompt.container, sameName: false }, false));
      become(stack, prompt, names);
    }
    return;
  }
  if (prompt.host !== null) {
    while (stack.length > 1 && stack.at(-1)?.netns !== null) stack.pop();
    const machine = stack.at(-1) as Shell;
    if (machine.names.length > 0) push(openShell({ host: prompt.host, netns: null, sameName: false }, false));
    become(stack, prompt, names);
    return;
  }
  const isKnown = top.names.length > 0 || top.prompts.length > 0;
  if (top.netns === null && prompt.bareShell && isKnown) {
    push(openShell({ host: top.host, netns: nameless, sameName: false }, false));
    become(stack, prompt, names);
  } else if (top.netns === null) become(stack, prompt, names);
  else if (!prompt.heading) {
    // A shell around it whose prompt was never seen.
    const unseen = stack.slice(0, -1).findLastIndex(({ names: own, prompts }) => own.length + prompts.length === 0);
    if (unseen >= 0) stack.length = unseen + 1;
    become(stack, prompt, names);
  }
}

/** Whether a shell is known to show a prompt. A heading is none where the shell shows its host. */
const answers = (shell: Shell, { host, shell: key }: Prompt): boolean =>
  host === null
    ? shell.names.length === 0 && shell.prompts.includes(key)
    : shell.names.some((name) => isSameHost(name, host));

/** Takes a prompt for one of the innermost shell's own, which it may name. */
function become(stack: Shell[], { host, container, shell: key }: Prompt, names: Map<string, string>): void {
  const top = stack.at(-1) as Shell;
  if (host === null) {
    if (!top.prompts.includes(key)) top.prompts.push(key);
    return;
  }
  const isMachine = top.netns === null;
  const hasName = top.names.length > 0;
  top.names.push(host);
  if (container !== null && top.netns !== null) {
    if (!names.has(container)) names.set(container, / /.test(top.netns) ? container : top.netns);
    stack[stack.length - 1] = { ...top, netns: names.get(container) ?? container };
  } else if (isMachine && !hasName) stack[stack.length - 1] = { ...top, host };
}

/**
 * Whether a shell was opened inside a container although the prompt after it looks like the one before, as `#` does: it is
 * left with `exit` later, or what was printed can only come from a container.
 */
function staysInside(steps: readonly ShellStep[], at: number): boolean {
  const key = steps[at]?.prompt?.shell;
  if (showsContainer(steps[at]?.output ?? "")) return true;
  for (const { prompt, line } of steps.slice(at, at + farthest)) {
    if (prompt === null || (prompt.shell === key && leaves.test(prompt.command))) return true;
    if (prompt.shell === key && line.shell) return false;
  }
  return false;
}

/**
 * An end of a veth without a bridge or another one's end beside it, and the rules or the nameserver of the embedded DNS
 * (libnetwork, resolver_unix.go: they are made inside the sandbox).
 */
function showsContainer(output: string): boolean {
  const head = output.slice(0, 16_384);
  if (/^[ \t]*\d+: (veth|docker0|br-)/m.test(head)) return false;
  return /^[ \t]*\d+: eth\d+@if\d+:|^nameserver 127\.0\.0\.11[ \t\r\n]|^-A DOCKER_OUTPUT -d 127\.0\.0\.11/m.test(head);
}
