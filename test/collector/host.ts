import { type ChildProcess, spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  createReadStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import JSZip from "jszip";
import { type Manifest, manifestSchema } from "../../src/captures/manifest.ts";
import { someOf } from "../support/extent.ts";
import { hasTool } from "../support/tools.ts";

export const collector = fileURLToPath(new URL("../../collector/collect.sh", import.meta.url));

type Shell = readonly [name: string, tool: string, command: readonly string[]];

/** The shells that must all give the same; those that are missing here are skipped by `testWith`. */
export const allShells: readonly Shell[] = [
  ["dash", "dash", ["dash"]],
  ["bash", "bash", ["bash"]],
  ["bash --posix", "bash", ["bash", "--posix"]],
  ["busybox ash", "busybox", ["busybox", "ash"]],
  ["mksh", "mksh", ["mksh"]],
];

/** Of these `npm test` tries only dash, where a test takes long. */
export const shells = someOf(allShells, 5);

/** A shell for tests that need only one. */
export const anyShell: readonly string[] = hasTool("dash") ? ["dash"] : ["sh"];

/** Stubs of a host on which everything answers at once. Each prints its own name and arguments. */
const echo = 'echo "$' + '{0##*/} $*"';
export const healthy: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["iptables-save", "ip6tables-save", "iptables-legacy-save", "iptables-nft-save", "ip6tables-legacy-save"].map(
      (name) => [name, echo],
    ),
  ),
  "ip6tables-nft-save": echo,
  iptables: 'echo "iptables v1.8.9 (nf_tables)"',
  ip: echo,
  bridge: echo,
  brctl: echo,
  nft: `echo '{"nftables":[]}'`,
  ipset: echo,
  ss: echo,
  docker: `case "$1 $2" in
  "network ls") echo aaa; echo bbb ;;
  "network inspect") shift 4; for id; do printf '{ "Name":"%s"\\t"Id":"%s"\\t}\\n' "net $id" "$id"; done; echo ;;
  "ps -q") ;;
  version*) echo '{"Client":{}}' ;;
  *) ${echo} ;;
esac`,
};

/** What the script itself is made of; everything else that it finds on its PATH is a stub. */
const ownTools =
  "awk cat cut date env grep gzip head id ls mkdir mv od printf readlink rm sed sh sleep sort tail timeout touch tr true uname wc zip".split(
    " ",
  );

/** A time limit for each command that no machine is too busy for; a test of the limit gives its own after it. */
const patience = ["--timeout", "3000"];

export interface Run {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface RunOptions {
  readonly shell?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Called with the running process, to disturb it. */
  readonly during?: (process: ChildProcess) => void;
  /** Feeds the script through standard input, as over ssh. */
  readonly piped?: boolean;
}

/**
 * A pretended host: a PATH with the tools that the script is made of, and stubs for what it asks. Each stub is the body of a
 * shell script. Everything lives in one temporary folder, with the script's own temporary files in `tmp`.
 */
export class Host {
  readonly dir = mkdtempSync(join(tmpdir(), "collector-test-"));
  readonly bin = join(this.dir, "bin");
  readonly tmp = join(this.dir, "tmp");
  readonly out = join(this.dir, "out");
  /** Where stubs leave marks; readable as `$MARKS` in them. */
  readonly marks = join(this.dir, "marks");
  /** A copy of the script, which other users can read wherever the checkout lies. */
  readonly script = join(this.dir, "collect.sh");

  constructor(stubs: Readonly<Record<string, string>> = {}, without: readonly string[] = []) {
    for (const dir of [this.bin, this.tmp, this.out, this.marks]) mkdirSync(dir);
    copyFileSync(collector, this.script);
    for (const path of [this.bin, this.script]) chmodSync(path, 0o755);
    for (const tool of ownTools) {
      if (without.includes(tool) || tool in stubs) continue;
      const path = find(tool);
      if (path !== null) symlinkSync(path, join(this.bin, tool));
    }
    for (const [name, body] of Object.entries(stubs)) {
      writeFileSync(join(this.bin, name), `#!/bin/sh\n${body}\n`);
      chmodSync(join(this.bin, name), 0o755);
    }
  }

  async run(args: readonly string[], options: RunOptions = {}): Promise<Run> {
    const [program = "sh", ...shellArgs] = options.shell ?? anyShell;
    const script = options.piped ? ["-s", "--"] : [this.script];
    const child = spawn(find(program) ?? program, [...shellArgs, ...script, ...patience, ...args], {
      cwd: this.out,
      env: {
        PATH: this.bin,
        VETHSCOPE_SBIN: "/nonexistent",
        TMPDIR: this.tmp,
        MARKS: this.marks,
        HOME: this.dir,
        ...options.env,
      },
      stdio: [options.piped ? "pipe" : "ignore", "pipe", "pipe"],
    });
    if (child.stdin !== null) createReadStream(this.script).pipe(child.stdin);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout?.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk));
    options.during?.(child);
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (status, signal) =>
        resolve({ status, signal, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString("latin1") }),
      );
    });
  }

  /** What a run left in its temporary folder and, apart from zips, in its output folder. */
  leftovers(): string[] {
    return [...readdirSync(this.tmp), ...readdirSync(this.out).filter((name) => !name.endsWith(".zip"))];
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** The path of a program, or null. */
export function find(tool: string): string | null {
  for (const dir of [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin"]) {
    try {
      if (dir !== "" && readdirSync(dir).includes(tool)) return join(dir, tool);
    } catch {
      // a folder on the PATH that does not exist
    }
  }
  return null;
}

/** A collected zip: its manifest, validated, and its files. */
export interface Collected {
  readonly manifest: Manifest;
  readonly files: ReadonlyMap<string, Buffer>;
  /** The manifest's entry for a capture of the host, or of a container's namespace. */
  entry(id: string, netns?: string): Manifest["captures"][number];
  text(id: string): string;
}

/**
 * Runs the collector with a time limit that nothing but the given captures overstays: a second, and longer ones where the
 * machine is too busy for the others.
 */
export async function collectWithLimit(
  on: Host,
  overstaying: readonly string[],
  args: readonly string[] = [],
  options: RunOptions = {},
) {
  for (let limit = 1; ; limit *= 4) {
    const run = await on.run([...args, "--timeout", String(limit), "-o", "-"], options);
    const collected = await readZip(run.stdout);
    const tooLate = `no answer within ${limit} s`;
    const others = collected.manifest.captures.filter(({ id, why }) => why === tooLate && !overstaying.includes(id));
    if (others.length === 0 || limit > 500) return { run, tooLate, ...collected };
  }
}

/** Waits until a stub of a host has left a mark. */
export async function marked(on: Host, mark: string, child: ChildProcess): Promise<void> {
  while (!readdirSync(on.marks).includes(mark)) {
    if (child.exitCode !== null) throw new Error(`the collector ended before ${mark}`);
    await sleep(20);
  }
}

export async function readZip(bytes: Buffer): Promise<Collected> {
  const zip = await JSZip.loadAsync(bytes, { checkCRC32: true });
  const files = new Map<string, Buffer>();
  for (const [name, file] of Object.entries(zip.files)) {
    if (!file.dir) files.set(name, await file.async("nodebuffer"));
  }
  const manifest = manifestSchema.parse(JSON.parse(files.get("manifest.json")?.toString() ?? "null"));
  const entry = (id: string, netns: string | null = null) => {
    const found = manifest.captures.find((capture) => capture.id === id && capture.netns === netns);
    if (found === undefined) throw new Error(`the manifest has no ${id}`);
    return found;
  };
  return { manifest, files, entry, text: (id) => files.get(entry(id).path)?.toString() ?? "" };
}
