// Analyses every folder of a folder of hosts: `npm run hosts -- FOLDER`. Fails on any exception, on any line that was not
// understood (except on hosts that hold a person's own notes), and on any veth that is paired wrongly, however little of
// the snapshot is left.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { readInput } from "../src/cli/input.ts";
import { analyze } from "../src/operations/analyze.ts";
import { reporters } from "../src/reporters/analysis/registry.ts";
import { analysisSchema } from "../src/results/analysis.ts";
import { pairingTruth, reduced, reductions, wrongPairings } from "./support/pairing-truth.ts";

const handWritten = new Set(["notes"]);

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("name a folder of hosts: npm run hosts -- FOLDER");
const hosts = readdirSync(folder).filter((name) => statSync(join(folder, name)).isDirectory());
let troubles = 0;
for (const name of hosts) {
  const complaints: string[] = [];
  try {
    const snapshot = await readInput(join(folder, name));
    const analysis = analyze(snapshot);
    for (const report of Object.values(reporters)) report(analysis, { width: 100, color: true });
    const checked = analysisSchema.safeParse(analysis);
    if (!checked.success) complaints.push(checked.error.message);
    const { notes } = analysis.quality;
    const truth = pairingTruth(snapshot);
    for (const [left, keep] of [["whole", () => true] as const, ...Object.entries(reductions)]) {
      complaints.push(...wrongPairings(reduced(snapshot, keep), truth).map((wrong) => `${left}: ${wrong}`));
    }
    if (!handWritten.has(name)) {
      complaints.push(...notes.map(({ file, line, why, text }) => `${file}:${line}: ${why}: ${text}`));
    }
    const { total, paired } = analysis.counts.veths;
    console.log(
      `${name}: ${analysis.counts.containers} containers, ${paired} of ${total} veths paired, ${notes.length} notes`,
    );
  } catch (error) {
    complaints.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  for (const complaint of complaints) console.error(`  ${complaint}`);
  if (complaints.length > 0) troubles++;
}
console.log(`${hosts.length} hosts, ${troubles} with trouble`);
process.exitCode = troubles === 0 && hosts.length > 0 ? 0 : 1;
