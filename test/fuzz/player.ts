import { readFileSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import { readZip } from "../../src/captures/zip/zip.ts";
import { type Complaint, causeOf } from "./complaint.ts";
import { type Case, makeCase } from "./make-case.ts";
import { pack } from "./pack.ts";
import { playCase } from "./play-case.ts";
import { shrinkCase } from "./shrink-case.ts";

/*
 * Runs in a thread of its own, which the one that watches it can end. It is told which case to play, says what it does, and
 * at the end what is wrong; of every cause the first case is made smaller.
 */

export type Order = { readonly seed: number; readonly number: number } | { readonly file: string };

export type Report =
  | { readonly kind: "begins"; readonly step: string }
  | { readonly kind: "played"; readonly changes: readonly string[]; readonly failures: readonly Failure[] };

export interface Failure {
  readonly complaint: Complaint;
  /** The smallest snapshot found that brings it about, as a zip. Null when its cause is known from a case before. */
  readonly zip: Uint8Array | null;
}

const known = new Set<string>();
const say = (report: Report): void => parentPort?.postMessage(report);

parentPort?.on("message", async (order: Order) => {
  const one = await caseOf(order);
  const complaints = await playCase(one, (step) => say({ kind: "begins", step }));
  const failures: Failure[] = [];
  for (const complaint of complaints) {
    const cause = causeOf(complaint);
    if (known.has(cause)) {
      failures.push({ complaint, zip: null });
      continue;
    }
    known.add(cause);
    say({ kind: "begins", step: "shrink" });
    const small = await shrinkCase(one, complaint);
    failures.push({ complaint, zip: small.zip ?? pack(small.files) });
  }
  say({ kind: "played", changes: [one.base.name, ...one.changes], failures });
});

async function caseOf(order: Order): Promise<Case> {
  if ("number" in order) return makeCase(order.seed, order.number);
  const zip = new Uint8Array(readFileSync(order.file));
  const files = await readZip(zip).catch(() => new Map<string, Uint8Array>());
  return { seed: 1, base: { name: order.file, files }, changes: [], files, zip };
}
