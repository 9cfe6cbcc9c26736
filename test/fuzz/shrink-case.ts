import { type Complaint, causeOf } from "./complaint.ts";
import { bytesOf, textOf } from "./corpus.ts";
import type { Case } from "./make-case.ts";
import { playCase } from "./play-case.ts";

/** How often a smaller case is tried, and for how many seconds of processor time: a small case is worth no minutes. */
const mostTries = 150;
const mostSeconds = 10;

/** Takes files and lines away as long as the same is still wrong. */
export async function shrinkCase(one: Case, complaint: Complaint): Promise<Case> {
  const cause = causeOf(complaint);
  const start = process.cpuUsage();
  let tries = 0;
  const goesOn = (): boolean => tries++ < mostTries && process.cpuUsage(start).user < 1e6 * mostSeconds;
  const fails = async (smaller: Case): Promise<boolean> =>
    goesOn() && (await playCase(smaller)).some((other) => causeOf(other) === cause);
  const folder = { ...one, zip: null };
  // What only the bytes of a zip bring about stays as it is.
  if (one.zip !== null && !(await fails(folder))) return one;
  let best: Case = folder;
  for (const file of one.files.keys()) {
    const files = new Map(best.files);
    files.delete(file);
    if (await fails({ ...best, files })) best = { ...best, files };
  }
  for (const file of best.files.keys()) best = await shrinkLines(best, file, fails);
  return best;
}

/** Takes ever smaller runs of lines out of a file. */
async function shrinkLines(one: Case, file: string, fails: (smaller: Case) => Promise<boolean>): Promise<Case> {
  let best = one;
  let lines = textOf(one.files.get(file) ?? new Uint8Array()).split("\n");
  for (let size = Math.ceil(lines.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < lines.length; ) {
      const rest = lines.toSpliced(at, size);
      const smaller = { ...best, files: new Map(best.files).set(file, bytesOf(rest.join("\n"))) };
      if (await fails(smaller)) [best, lines] = [smaller, rest];
      else at += size;
    }
  }
  return best;
}
