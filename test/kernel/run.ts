import { spawnSync } from "node:child_process";
import type { Backend } from "./generate-rules.ts";
import { makeLab } from "./lab.ts";
import { describeFailure, shrink } from "./report.ts";
import { playRound } from "./round.ts";

/**
 * `npm run test:kernel -- [--packets N] [--seed S] [--rounds-of N]`: random rules in a real kernel, random packets through
 * them, and what became of each compared with what vethscope says. Needs root and the tools; says so where it cannot run.
 */
const options = readOptions(process.argv.slice(2));
const missing = missingTools();
if (missing.length > 0) {
  process.stdout.write(`test:kernel is skipped: it needs ${missing.join(", ")}\n`);
  process.exit(process.env["VETHSCOPE_REQUIRE_TOOLS"] === "1" ? 1 : 0);
}
process.exit(await main());

async function main(): Promise<number> {
  const start = performance.now();
  const lab = await makeLab();
  const stop = (): void => {
    lab.remove();
    process.exit(130);
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  const backends: readonly Backend[] = ["nft", "legacy", "mixed"];
  const counts = { packets: 0, rules: 0, certain: 0, rounds: 0, arrived: 0, rejected: 0, silent: 0 };
  let failures = 0;
  try {
    for (let i = 0; counts.packets < options.packets && failures < options.failures; i++) {
      const seed = options.seed + i;
      const round = await playRound(lab, seed, backends[seed % backends.length] ?? "nft", options.roundsOf);
      counts.rounds++;
      counts.rules += round.loaded.rules.tables.reduce(
        (n, t) => n + [...t.chains.values()].reduce((m, c) => m + c.rules.length, 0),
        0,
      );
      for (const tested of round.tested) {
        counts.packets++;
        counts[tested.observed.kind]++;
        if (tested.fates.length === 1 && tested.fates[0]?.kind !== "unknown") counts.certain++;
        if (tested.agrees) continue;
        failures++;
        if (failures > options.failures) continue;
        const small = options.shrink ? await shrink(lab, round, tested) : { loaded: round.loaded, tested };
        process.stdout.write(`${describeFailure(round, small.loaded, small.tested)}\n`);
      }
    }
  } finally {
    lab.remove();
  }
  const seconds = (performance.now() - start) / 1000;
  process.stdout.write(
    `${counts.packets} packets through ${counts.rules} rules in ${counts.rounds} rule sets (seed ${options.seed}): ` +
      `${counts.arrived} arrived, ${counts.rejected} were rejected, ${counts.silent} vanished; ` +
      `${counts.certain} foreseen for certain, ${failures} disagreements; ${seconds.toFixed(0)} s\n`,
  );
  return failures === 0 ? 0 : 1;
}

function readOptions(args: readonly string[]) {
  const value = (name: string, otherwise: number): number => {
    const at = args.indexOf(name);
    const number = at < 0 ? otherwise : Number(args[at + 1]);
    if (!Number.isInteger(number) || number < 1) throw new Error(`${name} needs a positive whole number`);
    return number;
  };
  return {
    packets: value("--packets", 2000),
    seed: value("--seed", 1),
    roundsOf: value("--rounds-of", 80),
    failures: value("--failures", 5),
    shrink: !args.includes("--no-shrink"),
  };
}

function missingTools(): string[] {
  const tools = [
    "ip",
    "ipset",
    "python3",
    "sysctl",
    "iptables-nft-restore",
    "iptables-legacy-restore",
    "ip6tables-nft-restore",
  ];
  const missing = tools.filter((tool) => spawnSync("sh", ["-c", 'command -v "$1"', "sh", tool]).status !== 0);
  if (process.getuid?.() !== 0) missing.unshift("root");
  return missing;
}
