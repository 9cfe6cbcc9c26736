import { spawnSync } from "node:child_process";
import type { Table } from "../../src/firewall/rules.ts";
import type { Backend } from "./generate-rules.ts";
import { rulesJudge, traceJudge } from "./judges.ts";
import { makeLab } from "./lab.ts";
import { captureLab } from "./reach-oracle.ts";
import { describeFailure, shrink } from "./report.ts";
import { playRound } from "./round.ts";

/**
 * `npm run test:kernel -- [--packets N] [--seed S] [--judge rules|trace] [--failures N] [--rounds-of N] [--no-shrink]`:
 * random rules in a real kernel, random packets through them, and what became of each compared with what vethscope says.
 * Needs root and the tools; says so where it cannot run.
 */
const options = readOptions(process.argv.slice(2));
const missing = missingTools();
if (missing.length > 0) skip(`it needs ${missing.join(", ")}`);
process.exit(await main());

async function main(): Promise<number> {
  const start = performance.now();
  const lab = await makeLab().catch((error: unknown) => skip(`no namespaces can be made here: ${String(error)}`));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(130));
  const backends: readonly Backend[] = ["nft", "legacy", "mixed"];
  const seen = { arrived: 0, rejected: 0, silent: 0 };
  let [packets, rules, rounds, failures] = [0, 0, 0, 0];
  const totals = new Map<string, { judged: number; certain: number; wrong: number }>();
  try {
    const all = [rulesJudge, traceJudge(captureLab(lab))];
    const judges = all.filter(({ name }) => options.judge === null || name === options.judge);
    for (; packets < options.packets && failures < options.failures; rounds++) {
      const seed = options.seed + rounds;
      const round = await playRound(lab, seed, backends[seed % backends.length] ?? "nft", options.roundsOf);
      packets += round.tested.length;
      rules += countRules(round.loaded.rules.tables);
      for (const { observed } of round.tested) seen[observed.kind]++;
      for (const judge of judges) {
        const { judged, certain, failures: wrong } = judge.judge(round.loaded, round.tested);
        const total = totals.get(judge.name) ?? { judged: 0, certain: 0, wrong: 0 };
        totals.set(judge.name, {
          judged: total.judged + judged,
          certain: total.certain + certain,
          wrong: total.wrong + wrong.length,
        });
        for (const failure of wrong) {
          if (++failures > options.failures) continue;
          const small = options.shrink ? await shrink(lab, round, failure) : { texts: round.loaded.texts, failure };
          process.stdout.write(`${describeFailure(round, small)}\n`);
        }
      }
    }
  } finally {
    lab.remove();
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  process.stdout.write(
    `${packets} packets through ${rules} rules in ${rounds} rule sets from seed ${options.seed}, in ${seconds} s: ` +
      `${seen.arrived} arrived, ${seen.rejected} were rejected, ${seen.silent} vanished\n`,
  );
  for (const [name, { judged, certain, wrong }] of totals) {
    process.stdout.write(`${name}: ${judged} judged, ${certain} of them for certain, ${wrong} disagreements\n`);
  }
  return failures === 0 ? 0 : 1;
}

/** Where it cannot run it says so; that is a failure only where everything is meant to be there. */
function skip(why: string): never {
  process.stdout.write(`test:kernel is skipped: ${why}\n`);
  process.exit(process.env["VETHSCOPE_REQUIRE_TOOLS"] === "1" ? 1 : 0);
}

function countRules(tables: readonly Table[]): number {
  return tables.flatMap(({ chains }) => [...chains.values()]).reduce((sum, { rules }) => sum + rules.length, 0);
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
    /** Only the rules (`rules`), or only `trace`. */
    judge: args.includes("--judge") ? (args[args.indexOf("--judge") + 1] ?? null) : null,
  };
}

function missingTools(): string[] {
  const tools = [
    "ip",
    "nsenter",
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
