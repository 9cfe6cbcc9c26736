/*
 * `npm run truth:diff -- FOLDER…`: compares each host of a folder with the same host later (`NAME` with `NAME-after`, `NAME-1`
 * with `NAME-2` and so on), and holds the lost and gained flows against what really happened. Exits 1 when one was missed or
 * invented.
 */
import { parseArgs } from "node:util";
import { readInput } from "../../src/cli/input.ts";
import { compare } from "../../src/operations/compare.ts";
import { fitTruth } from "./flow-truth.ts";
import { findHosts } from "./hosts.ts";

const { positionals } = parseArgs({ allowPositionals: true });
const hosts = positionals.flatMap(findHosts);
const byName = new Map(hosts.map((host) => [host.name, host]));
const later = (name: string): string =>
  /-\d$/.test(name) ? name.replace(/\d$/, (n) => String(Number(n) + 1)) : `${name}-after`;

let pairs = 0;
for (const before of hosts) {
  const after = byName.get(later(before.name));
  if (after === undefined) continue;
  pairs++;
  const start = performance.now();
  const comparison = compare(await readInput(before.snapshot), await readInput(after.snapshot));
  const ms = performance.now() - start;
  const { missed, invented, found } = fitTruth(comparison, before.truth, after.truth);
  const { flows, things, rules } = comparison.summary;
  const counts = `${flows.compared} flows: ${flows.lost} lost, ${flows.gained} gained, ${flows.unknown} unknown`;
  const changed = Object.values(things).reduce((sum, count) => sum + count, 0);
  console.log(
    `${after.name.padEnd(28)}${counts}; ${changed} things, ${rules} rules; truth: ${found} found, ${missed.length} missed, ${invented.length} invented (${ms.toFixed(0)} ms)`,
  );
  for (const { kind, before: one, after: other } of missed.slice(0, 5))
    console.log(`    missed ${kind}: ${JSON.stringify(one)} | ${JSON.stringify(other)}`);
  for (const text of invented.slice(0, 5)) console.log(`    invented ${text}`);
  if (missed.length + invented.length > 0) process.exitCode = 1;
}
if (pairs === 0) throw new Error("name a folder with hosts before and after a change");
