/*
 * `npm run truth -- FOLDER…`: holds every answer of the trace engine against what really happened. FOLDER is a host with a
 * truth.ndjson, a folder of such hosts, or one of the zips of fixtures/hosts. `--drop KIND,…` leaves captures out (`netns`:
 * those of containers' insides), `--core` all but the four core ones; `--show N` prints N disagreements of each host.
 * Exits 1 when an answer is wrong that assumes nothing, unless test/truth/known.ts has its cause.
 */
import { parseArgs } from "node:util";
import { readInput } from "../../src/cli/input.ts";
import { findHosts, isUntouched } from "./hosts.ts";
import { addScores, allBut, answeredShare, type Measured, measure, onlyCore, type Score } from "./measure.ts";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { drop: { type: "string", default: "" }, core: { type: "boolean" }, show: { type: "string", default: "3" } },
});
const keep = flags.core === true ? onlyCore : allBut(flags.drop.split(","));
const hosts = positionals.flatMap(findHosts);
if (hosts.length === 0) throw new Error("name a host with a truth.ndjson, or a folder of them");

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
