/*
 * `npm run truth -- FOLDER…`: holds every answer of the trace engine against what really happened. FOLDER is a host with a
 * truth.ndjson, a folder of such hosts, or one of the zips of fixtures/hosts. `--drop KIND,…` leaves captures out (`netns`:
 * those of containers' insides), `--core` all but the four core ones; `--show N` prints N disagreements of each host.
 * Exits 1 when an answer is wrong that assumes nothing, unless test/truth/known.ts has its cause.
 *
 * `--law` takes captures away in many ways (test/truth/law.ts) and prints what each comes to, of every fifth attempt or of
 * every `--every N`th, and with `--threes N` random threes from `--seed N`. It exits 1 when an answer is certain and wrong, or
 * more than 0.5 % of the answers are wrong under an assumption.
 */
import { parseArgs } from "node:util";
import { readInput } from "../../src/cli/input.ts";
import { findHosts, hasNftables, isUntouched } from "./hosts.ts";
import {
  addLawScore,
  assumedShare,
  type LawScore,
  measureReduced,
  noLawScore,
  reductionsOf,
  unknownShare,
} from "./law.ts";
import { addScores, allBut, answeredShare, type Measured, measure, onlyCore, type Score } from "./measure.ts";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    drop: { type: "string", default: "" },
    core: { type: "boolean" },
    show: { type: "string", default: "3" },
    law: { type: "boolean" },
    every: { type: "string", default: "5" },
    threes: { type: "string", default: "8" },
    seed: { type: "string", default: "1" },
  },
});
const keep = flags.core === true ? onlyCore : allBut(flags.drop.split(","));
const hosts = positionals.flatMap(findHosts);
if (hosts.length === 0) throw new Error("name a host with a truth.ndjson, or a folder of them");

if (flags.law === true) await holdLaw();
else await holdTruth();

async function holdTruth(): Promise<void> {
  const scores: { readonly name: string; readonly score: Score }[] = [];
  for (const { name, snapshot, truth } of hosts) {
    const measured = measure(name, await readInput(snapshot), truth, keep);
    console.log(`${name.padEnd(30)}${describe(measured.score)}`);
    for (const line of examples(measured)) console.log(line);
    scores.push({ name, score: measured.score });
  }

  const total = addScores(scores.map(({ score }) => score));
  const untouched = addScores(scores.filter(({ name }) => isUntouched(name)).map(({ score }) => score));
  console.log(`${`${hosts.length} hosts`.padEnd(30)}${describe(total)}`);
  console.log(`answered: ${percent(answeredShare(total))}, on untouched hosts ${percent(answeredShare(untouched))}`);
  if (total.wrong > 0) process.exitCode = 1;
}

async function holdLaw(): Promise<void> {
  const sums = new Map<string, LawScore>();
  for (const host of hosts) {
    const snapshot = await readInput(host.snapshot);
    for (const { name, keep } of reductionsOf(snapshot, Number(flags.threes), Number(flags.seed))) {
      const measured = measureReduced(host, snapshot, keep, Number(flags.every));
      for (const line of examples(measured).slice(0, measured.score.wrong))
        console.log(`${host.name} ${name}\n${line}`);
      const group = `${hasNftables(host.name) ? "nftables: " : ""}${name.includes(", ") ? "without three captures" : name}`;
      sums.set(group, addLawScore(sums.get(group) ?? noLawScore, measured));
    }
  }
  for (const [name, sum] of sums) console.log(`${name.padEnd(46)}${describe(sum.score)}`);
  const total = addScores([...sums.values()].map(({ score }) => score));
  const core = sums.get("only the four core captures") ?? noLawScore;
  console.log(`${hosts.length} hosts, every ${flags.every}th attempt: ${describe(total)}`);
  console.log(`certain and wrong: ${total.wrong}; wrong under an assumption: ${percent(assumedShare(total))}`);
  console.log(`unknown with the four core captures, beyond the missing IPv6 rules: ${percent(unknownShare(core))}`);
  if (total.wrong > 0 || assumedShare(total) > 0.005) process.exitCode = 1;
}

function describe(score: Score): string {
  const counts = Object.entries(score).filter(([, count]) => count > 0);
  return counts.map(([name, count]) => `${count} ${name}`).join(", ");
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function examples({ disagreements }: Measured): string[] {
  const worst = disagreements.filter(({ outcome }) => outcome !== "known").slice(0, Number(flags.show));
  return worst.map(({ outcome, truth, answer: { steps: _, reply, ...short } }) =>
    [
      `  ${outcome}`,
      `    truth   ${JSON.stringify(truth)}`,
      `    answer  ${JSON.stringify({ ...short, reply: reply?.verdict })}`,
    ].join("\n"),
  );
}
