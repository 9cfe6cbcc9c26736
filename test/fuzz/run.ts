/*
 * `npm run fuzz -- [--seconds N] [--seed S] [--case K] [--play FILE]`: snapshots made worse in every way that strangers may
 * think of, and whether anything falls over them. Other ones each time, unless a seed is given; the seed is printed first.
 * Prints of every cause the first case, made small and kept in a temporary folder. `--case` plays one case of a seed again,
 * `--play` a kept one. Exits 1 when anything fell.
 */
import { randomInt } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { causeOf } from "./complaint.ts";
import { makeCase } from "./make-case.ts";
import { pack } from "./pack.ts";
import type { Failure, Order } from "./player.ts";
import { Watch } from "./watch.ts";

const usage = "usage: npm run fuzz -- [--seconds N] [--seed S] [--case K] [--play FILE] [--step-seconds N]";
const flags = readFlags();
const seed = flags.seed === undefined ? randomInt(1_000_000_000) : wholeNumber("--seed", flags.seed);
const watch = new Watch({ seconds: wholeNumber("--step-seconds", flags["step-seconds"]), megabytes: 700 });
const causes = new Map<string, number>();
let [passed, failed] = [0, 0];
let slowest = { number: 0, step: "none", seconds: 0 };
let folder: string | null = null;

console.log(`seed ${seed}`);
const until = performance.now() + 1000 * wholeNumber("--seconds", flags.seconds);
if (flags.case !== undefined && flags.seed === undefined) refuse("--case needs the --seed that it is of");
const first = flags.case === undefined ? 0 : wholeNumber("--case", flags.case);
for (let number = first; number === first || (performance.now() < until && isSeries()); number++) {
  const order: Order = flags.play === undefined ? { seed, number } : { file: flags.play };
  const played = await watch.play(order);
  if (played.failures.length === 0) passed++;
  else failed++;
  if (played.slowest.seconds > slowest.seconds) slowest = { number, ...played.slowest };
  for (const failure of played.failures) await tell(number, played.changes, failure);
}
await watch.end();
for (const [cause, count] of causes) if (count > 1) console.log(`${count} times: ${cause}`);
console.log(`slowest: case ${slowest.number}, ${slowest.step}, ${slowest.seconds.toFixed(1)} s of processor time`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function readFlags() {
  try {
    const { values } = parseArgs({
      options: {
        seconds: { type: "string", default: "60" },
        seed: { type: "string" },
        case: { type: "string" },
        play: { type: "string" },
        "step-seconds": { type: "string", default: "10" },
        help: { type: "boolean", short: "h" },
      },
    });
    if (values.help !== true) return values;
    console.log(usage);
    process.exit(0);
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function refuse(why: string): never {
  console.error(`${why}\n${usage}`);
  process.exit(2);
}

function isSeries(): boolean {
  return flags.case === undefined && flags.play === undefined;
}

/** Says what fell, once for each cause, and keeps the snapshot that does it. */
async function tell(number: number, changes: readonly string[], { complaint, zip }: Failure): Promise<void> {
  const cause = causeOf(complaint);
  const count = (causes.get(cause) ?? 0) + 1;
  causes.set(cause, count);
  if (count > 1) return;
  const whole = flags.play === undefined ? await makeCase(seed, number) : null;
  const bytes = zip ?? whole?.zip ?? (whole === null ? null : pack(whole.files));
  const did = whole === null ? changes : [whole.base.name, ...whole.changes];
  console.log(
    [
      `--- ${complaint.step}: ${complaint.rule}`,
      ...(complaint.place === null ? [] : [`at ${complaint.place}`]),
      complaint.detail,
      ...(did.length === 0 ? [] : [`made of: ${did.map((text) => JSON.stringify(text)).join(", ")}`]),
      ...(bytes === null ? [] : [`kept as ${keep(`case-${number}-${causes.size}.zip`, bytes)}`]),
      ...(whole === null ? [] : [`again: npm run fuzz -- --seed ${seed} --case ${number}`]),
      "---",
    ].join("\n"),
  );
}

/** Writes into a folder of this run and says where. */
function keep(name: string, bytes: Uint8Array): string {
  folder ??= mkdtempSync(join(tmpdir(), "vethscope-fuzz-"));
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) return refuse(`${name} needs a whole number`);
  return Number(text);
}
