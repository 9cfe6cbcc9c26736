import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Engine } from "./engine.ts";

const commands = [
  "iptables-save",
  "ip6tables-save",
  "nft list ruleset",
  "ip addr",
  "ip route show table all",
  "ip -6 route show table all",
  "ip rule",
];

/** What a collector must leave as it is, without times and counts of traffic. */
export function hostState({ inside: [program = "", ...args] }: Engine): string {
  const outputs = commands.map((command) => {
    const { status, stdout, stderr } = spawnSync(program, [...args, ...command.split(" ")], { encoding: "utf8" });
    if (status === 127) return ""; // the tool is not installed
    if (status !== 0) throw new Error(`${command} failed: ${stderr}`);
    return stdout;
  });
  return [...outputs, ...loadedModules()]
    .join("\n")
    .replace(/^#.*$|valid_lft .*$|\[\d+:\d+\]|counter packets \d+ bytes \d+/gm, "");
}

/** Names only: how often a module is used changes with everything that the machine does. */
function loadedModules(): readonly string[] {
  if (!existsSync("/proc/modules")) return [];
  const lines = readFileSync("/proc/modules", "utf8").split("\n");
  return lines.map((line) => line.split(" ", 1)[0] ?? "").sort();
}

/** A new IPv6 address during duplicate address detection, or a link that is not operational (yet). */
const moving = /\btentative\b|^\d+: (?!lo: ).* state (?!UP )/;

/**
 * The state once nothing goes on any more that starting containers set off in the kernel: no address is tentative, every
 * link is operational (all bridges must have running containers), and two looks a second apart see the same.
 */
export async function settledState(engine: Engine): Promise<string> {
  const deadline = Date.now() + 600_000;
  for (let last = hostState(engine); ; ) {
    await sleep(1000);
    const now = hostState(engine);
    const unsettled = now.split("\n").filter((line) => moving.test(line));
    if (now === last && unsettled.length === 0) return now;
    if (Date.now() > deadline) {
      const changed = [...linesOnlyIn(last, now), "became", ...linesOnlyIn(now, last)];
      throw new Error(["the host has not settled within ten minutes:", ...unsettled, ...changed].join("\n"));
    }
    last = now;
  }
}

function linesOnlyIn(one: string, other: string): string[] {
  const known = new Set(other.split("\n"));
  return one.split("\n").filter((line) => !known.has(line));
}
