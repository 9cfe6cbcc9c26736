import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

export interface Duration {
  /** Seconds that went by. */
  readonly elapsed: number;
  /** Processor seconds of the command and of its children. */
  readonly computing: number;
  /** Whether the machine had hardly any processor time left meanwhile. */
  readonly busy: boolean;
}

/** Runs a command, which has to succeed. What it prints is lost. */
export function timeCommand([program = "", ...args]: readonly string[]): Duration {
  const before = ticks();
  const started = performance.now();
  const run = spawnSync(program, args, { encoding: "utf8", maxBuffer: 1 << 26 });
  const elapsed = (performance.now() - started) / 1000;
  if (run.status !== 0) throw new Error(`${program} ${args.join(" ")} failed: ${run.stderr}`);
  const after = ticks();
  const idle = (after.idle - before.idle) / Math.max(1, after.all - before.all);
  return { elapsed, computing: processorSeconds(run.stdout), busy: idle < 0.1 };
}

/** Put before a command, this makes it print at its end what `processorSeconds` reads. */
export const timed = ["sh", "-c", '"$@"; status=$?; times; exit "$status"', "sh"];

/** `times` of a shell: "0m0.01s 0m0.02s" for itself, user and system, then the same for its children. */
function processorSeconds(printed: string): number {
  const times = [...printed.matchAll(/^(\d+)m([\d.]+)s (\d+)m([\d.]+)s$/gm)].slice(-2);
  if (times.length !== 2) throw new Error(`no times in ${JSON.stringify(printed)}`);
  return times.reduce((sum, [, m1, s1, m2, s2]) => sum + 60 * (Number(m1) + Number(m2)) + Number(s1) + Number(s2), 0);
}

/** The machine's processor time since it started, in ticks. */
function ticks(): { readonly idle: number; readonly all: number } {
  const [cpu = ""] = readFileSync("/proc/stat", "utf8").split("\n", 1);
  const [user = 0, nice = 0, system = 0, idle = 0, ...rest] = cpu.split(/\s+/).slice(1, 9).map(Number);
  return { idle, all: [user, nice, system, idle, ...rest].reduce((sum, each) => sum + each, 0) };
}
