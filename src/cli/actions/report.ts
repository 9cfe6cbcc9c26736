import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Snapshot } from "../../captures/snapshot.ts";
import { checks } from "../../checks/registry.ts";
import { runChecks } from "../../checks/run-checks.ts";
import { packJson } from "../../lib/packed-json.ts";
import { describeHost, rebuildHost } from "../../operations/analyze.ts";
import { compare } from "../../operations/compare.ts";
import { markdownReport } from "../../reporters/analysis/markdown.ts";
import { putIntoPage } from "../../reporters/page/packed-place.ts";
import type { ReportPageFlags } from "../commands/report.ts";
import { Failure, fileTrouble } from "../failure.ts";
import { readInput } from "../input.ts";
import { writeResult } from "../output.ts";
import { progress } from "../terminal.ts";

export async function writeReport(
  paths: readonly string[],
  { output, format, raw, host }: ReportPageFlags,
): Promise<void> {
  const done = progress("reading the snapshot");
  try {
    const read: Read[] = [];
    for (const path of paths) read.push({ name: nameOf(path), snapshot: await readInput(path, host) });
    const text = format === "markdown" ? read.map(asMarkdown).join("\n") : await asPage(read, raw);
    done();
    await writeResult(text, output);
  } finally {
    done();
  }
}

interface Read {
  readonly name: string;
  readonly snapshot: Snapshot;
}

const nameOf = (path: string): string => (path === "-" ? "snapshot" : basename(path));

/** Everything that is computed from a snapshot. */
function computed(snapshot: Snapshot) {
  const host = rebuildHost(snapshot);
  return { host, analysis: describeHost(host, snapshot), report: runChecks(host, snapshot, checks) };
}

function asMarkdown({ snapshot }: Read): string {
  const { analysis, report } = computed(snapshot);
  return markdownReport(analysis, report);
}

/** The page with the snapshots packed into it, or what was computed from them without the captures' own text. */
async function asPage(all: readonly Read[], raw: boolean): Promise<string> {
  const contents = raw ? all : withoutRaw(all);
  const packed = await Promise.all(
    contents.map(async (content) => (await promisify(gzip)(packJson(content), { level: 9 })).toString("base64")),
  );
  return putIntoPage(await readPage(), packed);
}

/** Two snapshots can only be compared while their captures are there: what changed goes with the second. */
function withoutRaw(all: readonly Read[]): readonly object[] {
  const [first, second] = all;
  return all.map(({ name, snapshot }) => ({
    name,
    ...computed(snapshot),
    ...(first !== undefined && second?.snapshot === snapshot ? { comparison: compare(first.snapshot, snapshot) } : {}),
  }));
}

/** The page lies beside the command, where the build puts it; this is a part of the command, in a folder of its own. */
async function readPage(): Promise<string> {
  const place = new URL("../vethscope.html", import.meta.url);
  try {
    return await readFile(place, "utf8");
  } catch (error) {
    throw new Failure(`cannot read ${place.pathname}, which belongs beside this command: ${fileTrouble(error)}`);
  }
}
