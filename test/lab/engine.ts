import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** A Docker engine of its own, in a network namespace of its own, with one image: a static busybox. */
export interface Engine {
  readonly socket: string;
  /** The prefix of a command that is to run on "the host": in the engine's network and mount namespaces. */
  readonly inside: readonly string[];
  /** Runs docker against this engine and gives its output. */
  docker(...args: string[]): string;
  /** Stops everything that was started and removes every file. */
  stop(): Promise<void>;
}

export const image = "vethscope-lab";

/** What is missing for an engine on this machine, or null. */
export function obstacle(): string | null {
  if (process.getuid?.() !== 0) return "root";
  for (const tool of ["dockerd", "docker", "ip", "nsenter", "iptables", "busybox", "tar", "setsid"]) {
    if (spawnSync("sh", ["-c", 'command -v "$1"', "sh", tool]).status !== 0) return tool;
  }
  const trial = `vslab${process.pid}t`;
  if (spawnSync("ip", ["netns", "add", trial]).status !== 0) return "the right to make network namespaces";
  spawnSync("ip", ["netns", "del", trial]);
  const dynamic = spawnSync("sh", ["-c", "ldd $(command -v busybox)"]).status === 0;
  return dynamic ? "a static busybox" : null;
}

/** Starts an engine and waits until it answers. */
export async function startEngine(): Promise<Engine> {
  const name = `vslab${process.pid}`;
  const dir = mkdtempSync(join(tmpdir(), "vslab-"));
  const socket = `unix://${dir}/docker.sock`;
  const log = join(dir, "dockerd.log");
  execFileSync("ip", ["netns", "add", name]);
  const cgroups = existsSync("/sys/fs/cgroup/cgroup.controllers") ? "2" : "1";
  const script = fileURLToPath(new URL("engine.sh", import.meta.url));
  // Straight to a file: a pipe is full soon while this process waits for a command, and then the engine stands still.
  const out = openSync(log, "w");
  const process_: ChildProcess = spawn("setsid", ["ip", "netns", "exec", name, "sh", script, dir], {
    env: { ...process.env, LAB_CGROUPS: cgroups, PATH: `${process.env["PATH"]}:/usr/sbin:/sbin` },
    stdio: ["ignore", out, out],
  });
  closeSync(out);

  const docker = (...args: string[]) =>
    execFileSync("docker", ["-H", socket, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

  const stop = async () => {
    const containers = spawnSync("docker", ["-H", socket, "ps", "-aq"], { encoding: "utf8", timeout: 600_000 });
    const ids = (containers.stdout ?? "").split(/\s+/).filter(Boolean);
    if (ids.length > 0) spawnSync("docker", ["-H", socket, "rm", "-f", ...ids], { timeout: 600_000 });
    if (process_.exitCode === null) process_.kill("SIGTERM");
    for (let i = 0; i < 3000 && process_.exitCode === null; i++) await sleep(100);
    // What a hard stop leaves (containerd, its shims, proxies): only processes that live in this namespace.
    const left = spawnSync("ip", ["netns", "pids", name], { encoding: "utf8" }).stdout ?? "";
    for (const pid of left.split(/\s+/).filter(Boolean)) spawnSync("kill", ["-KILL", pid]);
    spawnSync("ip", ["netns", "del", name]);
    for (let i = 0; i < 20 && existsSync(dir); i++) {
      try {
        rmSync(dir, { recursive: true, force: true });
      } catch {
        await sleep(250); // a mount of a container that is still going away
      }
    }
  };

  try {
    for (let i = 0; ; i++) {
      const answer = spawnSync("docker", ["-H", socket, "version"], { timeout: 300_000 });
      if (answer.status === 0) break;
      if (process_.exitCode !== null || i > 1500)
        throw new Error(`the engine did not start:\n${readFileSync(log, "utf8")}`);
      await sleep(200);
    }
    const root = join(dir, "image");
    mkdirSync(join(root, "bin"), { recursive: true });
    const busybox = execFileSync("sh", ["-c", "command -v busybox"], { encoding: "utf8" }).trim();
    await copyFile(busybox, join(root, "bin/busybox"));
    for (const applet of ["sh", "sleep", "nc"]) symlinkSync("busybox", join(root, "bin", applet));
    execFileSync("sh", ["-c", `tar -C "$1" -c . | docker -H "$2" import - ${image}`, "sh", root, socket]);
  } catch (error) {
    await stop();
    throw error;
  }
  const pid = readFileSync(join(dir, "dockerd.pid"), "utf8").trim();
  return {
    socket,
    inside: ["nsenter", "-t", pid, "-m", "-n", "env", `DOCKER_HOST=${socket}`],
    docker,
    stop,
  };
}

/** Runs a container that does nothing but exist. */
export function idle(engine: Engine, name: string, ...options: string[]): void {
  engine.docker("run", "-d", "--name", name, ...options, image, "sleep", "100000");
}
