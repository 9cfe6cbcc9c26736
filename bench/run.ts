// Measures what an analysis costs, stage by stage and through the built command: `npm run bench`.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildHost } from "../src/model/build/build-host.ts";
import { analyze } from "../src/operations/analyze.ts";
import { parseCapture } from "../src/parsers/parse-capture.ts";
import { reporters } from "../src/reporters/analysis/registry.ts";
import { buildTopology } from "../src/topology/build-topology.ts";
import type { Size } from "../test/support/synthetic-host.ts";
import { syntheticSnapshot } from "../test/support/synthetic-snapshot.ts";
import { syntheticZip } from "../test/support/synthetic-zip.ts";
import { deflatedZeros, makeZip } from "../test/support/zip.ts";
import { benchChecks } from "./checks.ts";
import { benchCommand } from "./command.ts";
import { benchCompare } from "./compare.ts";
import { benchPage } from "./page.ts";
import { benchRealHost } from "./real-host.ts";
import { benchTrace } from "./trace.ts";

const sizes: readonly Size[] = [
  ...[10, 100, 500, 1000, 2000, 5000].map((containers) => ({ containers, rules: 100 })),
  ...[1000, 5000, 10_000, 20_000].map((rules) => ({ containers: 100, rules })),
  // The file of a whole host: 100 containers, all of them captured inside.
  { containers: 100, rules: 100, inside: true },
];

/** The fastest of several runs, in milliseconds: the one that the machine's other work disturbed least. */
function fastest<T>(runs: number, clock: () => number, run: () => T): readonly [result: T, ms: number] {
  let least = Number.POSITIVE_INFINITY;
  let result: T | undefined;
  for (let i = 0; i < runs; i++) {
    const start = clock();
    result = run();
    least = Math.min(least, clock() - start);
  }
  return [result as T, least];
}

/** Milliseconds that this process has worked, in all its threads: what a busy machine changes little. */
function worked(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
const measure = <T>(run: () => T) => fastest(3, worked, run);

// The stages in time of the processor, the command in time of the clock, with its start.
const columns = [
  "containers",
  "rules",
  "inside",
  "input kB",
  "parse ms",
  "model ms",
  "topology ms",
  "text ms",
  "command ms",
  "µs/line",
];
const folder = mkdtempSync(join(tmpdir(), "vethscope-bench-"));
const row = (cells: readonly (string | number)[]) =>
  cells.map((cell, i) => String(cell).padStart(columns[i]?.length ?? 0)).join("  ");
console.log(row(columns));
analyze(syntheticSnapshot({ containers: 100, rules: 100 })); // warms the compiler up

for (const size of sizes) {
  const snapshot = syntheticSnapshot(size);
  const texts = snapshot.captures.map((capture) => (capture.state === "ok" ? capture.text : ""));
  const lines = texts.reduce((sum, text) => sum + text.split("\n").length, 0);
  const bytes = texts.reduce((sum, text) => sum + text.length, 0);
  const readable = snapshot.captures.filter((capture) => capture.state === "ok");
  const [parsed, parseMs] = measure(() => readable.map(parseCapture));
  const [host, modelMs] = measure(() => buildHost(snapshot, parsed));
  const [, topologyMs] = measure(() => buildTopology(host));
  const analysis = analyze(snapshot);
  const [, textMs] = measure(() => reporters.text(analysis, { width: 100, color: false }));

  const path = join(folder, "host.zip");
  writeFileSync(path, await syntheticZip(size));
  const command = () => spawnSync(process.execPath, ["dist/cli.js", "analyze", path]);
  const [result, commandMs] = fastest(5, () => performance.now(), command);
  if (result.status !== 0) throw new Error(result.stderr.toString());

  const stages = parseMs + modelMs + topologyMs + textMs;
  const numbers = [bytes / 1000, parseMs, modelMs, topologyMs, textMs, commandMs].map((value) => value.toFixed(0));
  const inside = size.inside === true ? "yes" : "no";
  console.log(row([size.containers, size.rules, inside, ...numbers, ((stages * 1000) / lines).toFixed(1)]));
}
const bomb = join(folder, "bomb.zip");
writeFileSync(bomb, makeZip([{ name: "bomb.txt", deflated: deflatedZeros(2 ** 30), claims: { size: 60_000_000 } }]));
const refuse = () => spawnSync(process.execPath, ["dist/cli.js", "analyze", bomb]);
const [, bombMs] = fastest(3, () => performance.now(), refuse);
console.log(`a zip bomb of 1 GiB in 1 MiB: refused in ${bombMs.toFixed(0)} ms`);
// The last of the sizes lies there still.
const commandKept = benchCommand(folder);
const realKept = benchRealHost();
rmSync(folder, { recursive: true });
benchTrace();
benchChecks();
const compareKept = benchCompare();
const pageKept = await benchPage();
process.exitCode = commandKept && realKept && compareKept && pageKept ? 0 : 1;
