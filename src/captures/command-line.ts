import { type Filters, filtersIn } from "./filters.ts";
import type { CaptureKind } from "./kinds.ts";
import { kindByCommand } from "./recognise.ts";

/** What a command typed at a prompt gives. */
export interface CommandLine {
  /** Null for a command that makes no capture we know. */
  readonly kind: CaptureKind | null;
  /** The container, or `pid-<n>`, in whose network namespace it runs; null when it says none. */
  readonly netns: string | null;
  /** Whether it opens a shell there: what follows belongs to that namespace. */
  readonly shell: boolean;
  /** What keeps its output from being whole: one interface, one table. */
  readonly partial: string | null;
  /** What its output goes through: `| grep docker`. */
  readonly filters: Filters;
}

const longest = 2048;

/** Reads a command line: its first command decides, or what `xargs` runs. */
export function readCommandLine(text: string): CommandLine {
  const stages = splitStages(text.slice(0, longest));
  const piped = stages.find((words) => words[0] === "xargs");
  const { words, netns } = unwrap(piped?.slice(1).filter((word) => !/^-|^\{\}$/.test(word)) ?? stages[0] ?? []);
  const command = words.join(" ");
  const kind = kindByCommand(command);
  const shell = kind === null && (words.length === 0 ? netns !== null : /^-?(ba|z|da|a|k)?sh$/.test(words[0] ?? ""));
  return {
    kind,
    netns,
    shell,
    partial: kind === null ? null : narrowed(kind, words),
    filters: filtersIn(stages.slice(1)),
  };
}

/** Words of the commands of a pipeline; of several pipelines on a line only the first. */
function splitStages(text: string): string[][] {
  const stages: string[][] = [[]];
  for (const [token] of text.matchAll(
    /\$\([^)]{0,300}\)|`[^`]{0,300}`|"(?:[^"\\]|\\.){0,300}"|'[^']{0,300}'|&&|\|\||[|;]|[^\s"'|;&]+|[&"']/g,
  )) {
    if (token === "&&" || token === "||" || token === ";" || token === "&") break;
    if (token === "|") stages.push([]);
    else stages.at(-1)?.push(/^["']/.test(token) && token.length > 1 ? token.slice(1, -1) : token);
  }
  return stages;
}

/** Options that take a value, of the programs that run another one. */
const valued: Readonly<Record<string, RegExp>> = {
  sudo: /^(-[ugpCThRrt]|--user|--group)$/,
  ssh: /^-[bcDEeFIiJLlmOopQRSWw]$/,
  exec: /^(-[uew]|--user|--env|--workdir|--env-file|--detach-keys|--index)$/,
  docker: /^(-[Hclf]|--host|--context|--config|--log-level|--file|--project-name|-p)$/,
  timeout: /^-[ks]$/,
  watch: /^(-n|--interval)$/,
  nsenter: /^(-[tSG]|--target|--setuid|--setgid)$/,
};

/** Drops options, and the values of those that take one. */
function afterOptions(words: readonly string[], takesValue: RegExp | undefined): readonly string[] {
  let at = 0;
  while (words[at]?.startsWith("-") === true && words[at] !== "--")
    at += takesValue?.test(words[at] ?? "") === true ? 2 : 1;
  return words.slice(words[at] === "--" ? at + 1 : at);
}

/** Takes off, one by one, the programs that run the command, and keeps where they run it. */
function unwrap(all: readonly string[]): { words: readonly string[]; netns: string | null } {
  let words: readonly string[] = all;
  let netns: string | null = null;
  for (let depth = 0; depth < 10; depth++) {
    const name = (words[0] ?? "").replace(/^.*\//, "");
    const rest = words.slice(1);
    if (/^\w+=/.test(name) || /^(time|command|exec|nohup|env|doas|busybox)$/.test(name)) words = rest;
    else if (name === "sudo" || name === "watch") words = afterOptions(rest, valued[name]);
    else if (name === "timeout") words = afterOptions(rest, valued["timeout"]).slice(1);
    else if (name === "ssh") words = again(afterOptions(rest, valued["ssh"]).slice(1));
    else if (/^(ba|z|da|a)?sh$/.test(name) && /^-\w*c$/.test(rest[0] ?? "")) words = again(rest.slice(1, 2));
    else if (name === "nsenter") {
      netns = nsenterTarget(rest) ?? netns;
      words = afterOptions(rest, valued["nsenter"]);
    } else if (name === "ip" && rest[0] === "netns" && rest[1] === "exec")
      [netns, words] = [rest[2] ?? netns, rest.slice(3)];
    else if (name === "ip" && /^-n(etns)?$/.test(rest[0] ?? ""))
      [netns, words] = [rest[1] ?? netns, ["ip", ...rest.slice(2)]];
    else {
      const inside = insideContainer(name, rest);
      if (inside === null) return { words: [name, ...rest].filter((word) => word !== ""), netns };
      [netns, words] = [inside.container, inside.words];
    }
  }
  return { words, netns };
}

/** `ssh host "ip a"` and `sh -c "ip a"`: the one word is a command line. */
const again = (words: readonly string[]): readonly string[] =>
  words.length === 1 ? (splitStages(words[0] ?? "")[0] ?? []) : words;

/** `nsenter -t 4711 -n`, `--net=/proc/4711/ns/net`, `--net=/var/run/docker/netns/1a2b3c`. */
function nsenterTarget(words: readonly string[]): string | null {
  const text = words.join(" ");
  const pid = /(?:^|\s)(?:-t\s*|--target[= ])(\d+)|\/proc\/(\d+)\/ns\/net/.exec(text);
  if (pid !== null) return `pid-${pid[1] ?? pid[2]}`;
  return /\/netns\/([\w.-]+)/.exec(text)?.[1] ?? null;
}

/** `docker exec -it web ip a`, `docker compose exec web …`, `docker run --network container:web image ip a`. */
function insideContainer(
  name: string,
  all: readonly string[],
): { readonly container: string; readonly words: readonly string[] } | null {
  if (!/^(docker|podman|nerdctl|docker-compose)$/.test(name)) return null;
  let words = afterOptions(all, valued["docker"]);
  if (words[0] === "container" || words[0] === "compose") words = afterOptions(words.slice(1), valued["docker"]);
  if (words[0] === "exec") {
    const [container, ...command] = afterOptions(words.slice(1), valued["exec"]);
    return container === undefined ? null : { container, words: command };
  }
  if (words[0] !== "run") return null;
  const container = /(?:^|\s)--net(?:work)?[= ]container:([\w.-]+)/.exec(words.join(" "))?.[1];
  const start = words.findIndex((_, at) => at > 0 && kindByCommand(words.slice(at).join(" ")) !== null);
  return container === undefined || start < 0 ? null : { container, words: words.slice(start) };
}

/** Whether the arguments ask for a part of what there is. */
function narrowed(kind: CaptureKind, words: readonly string[]): string | null {
  const asked = words
    .slice(words[0] === "ip" ? 2 : 1)
    .filter((word) => !/^(-.*|addr\w*|a|link|l|show|list|ls|lst)$/.test(word));
  if (/^(ip-addr|ip-link|brctl-show)$/.test(kind) && asked.length > 0) return `only ${asked.join(" ")}`.slice(0, 80);
  const table = /tables(-legacy|-nft)?-save$/.test(kind)
    ? /(?:^|\s)(?:-t\s*|--table[= ])(\w+)/.exec(words.join(" "))?.[1]
    : undefined;
  return table === undefined ? null : `only table ${table}`;
}
