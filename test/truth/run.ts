/*
 * `npm run truth -- FOLDER…`: holds every answer of the trace engine against what really happened. FOLDER is a host with a
 * truth.ndjson, or a folder of such hosts, or one of the zips of fixtures/hosts. `--drop KIND,…|netns` leaves captures out;
 * `--show N` prints N disagreements of each host. Exits 1 when a certain answer is wrong.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { rebuildHost } from "../../src/analyze.ts";
import type { Snapshot } from "../../src/captures/snapshot.ts";
import { readInput } from "../../src/cli/input.ts";
import { QuestionError } from "../../src/reach/answer.ts";
import { makeTracer } from "../../src/reach/trace.ts";
import { type Comparison, compare, type Truth } from "./compare.ts";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { drop: { type: "string", default: "" }, show: { type: "string", default: "3" }, core: { type: "boolean" } },
});
const dropped = new Set(flags.drop.split(",").filter((word) => word !== ""));
const core = new Set(["ip-addr", "brctl-show", "docker-network-inspect", "iptables-save"]);
const total: Record<Comparison | "assumedWrong" | "all", number> = {
  right: 0,
  unknown: 0,
  wrong: 0,
  source: 0,
  kind: 0,
  assumedWrong: 0,
  all: 0,
};

for (const { snapshot, truth, name } of positionals.flatMap(findHosts)) await check(snapshot, truth, name);
console.log(`all: ${JSON.stringify(total)}`);
if (total.wrong > 0) process.exitCode = 1;

function findHosts(path: string): { snapshot: string; truth: string; name: string }[] {
  if (path.endsWith(".zip")) return [{ snapshot: path, truth: path.replace(/\.zip$/, ".truth.ndjson"), name: path }];
  if (existsSync(join(path, "truth.ndjson")))
    return [{ snapshot: path, truth: join(path, "truth.ndjson"), name: path }];
  return readdirSync(path)
    .map((entry) => join(path, entry))
    .filter((entry) => statSync(entry).isDirectory() || entry.endsWith(".zip"))
    .flatMap((entry) =>
      statSync(entry).isDirectory() && !existsSync(join(entry, "truth.ndjson")) ? [] : findHosts(entry),
    )
    .filter(({ truth }) => existsSync(truth));
}

function without(snapshot: Snapshot): Snapshot {
  const keeps = ({ kind, netns }: { kind: string; netns: string | null }) =>
    flags.core === true
      ? core.has(kind) && netns === null
      : !dropped.has(kind) && !(dropped.has("netns") && netns !== null);
  return { ...snapshot, captures: snapshot.captures.filter(keeps) };
}

async function check(path: string, truthFile: string, name: string): Promise<void> {
  const { trace } = makeTracer(rebuildHost(without(await readInput(path))));
  const count: typeof total = { right: 0, unknown: 0, wrong: 0, source: 0, kind: 0, assumedWrong: 0, all: 0 };
  const askOrNull = (truth: Truth) => {
    try {
      return trace(truth);
    } catch (error) {
      if (error instanceof QuestionError) return null;
      throw error;
    }
  };
  let shown = 0;
  for (const line of readFileSync(truthFile, "utf8").trim().split("\n")) {
    const truth = JSON.parse(line) as Truth;
    const answer = askOrNull(truth);
    if (answer === null) {
      // Without the capture that names it, a container cannot be asked about.
      count.unknown++;
      count.all++;
      continue;
    }
    const result = compare(truth, answer);
    const certain = answer.assumes.length === 0;
    count[result === "wrong" && !certain ? "assumedWrong" : result]++;
    count.all++;
    if (result === "right" || shown >= Number(flags.show)) continue;
    shown++;
    const { steps: _, reply, ...short } = answer;
    console.log(
      `${name}: ${result}\n  truth  ${line}\n  answer ${JSON.stringify({ ...short, reply: reply?.verdict })}`,
    );
  }
  for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += count[key];
  if (count.right !== count.all) console.log(`${name}: ${JSON.stringify(count)}`);
}
