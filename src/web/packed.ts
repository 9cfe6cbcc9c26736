import type { Snapshot } from "../captures/snapshot.ts";
import type { CheckReport } from "../checks/check.ts";
import { unpackJson } from "../lib/packed-json.ts";
import type { Host } from "../model/host.ts";
import type { Analysis } from "../results/analysis.ts";
import type { Comparison } from "../results/comparison.ts";

/** What a report carries inside, as gzipped JSON: a snapshot, or the host without the raw captures. */
export type Packed = PackedSnapshot | PackedHost;

export interface PackedSnapshot {
  readonly name: string;
  readonly snapshot: Snapshot;
}

export interface PackedHost {
  readonly name: string;
  readonly host: Host;
  readonly analysis: Analysis;
  readonly report: CheckReport | null;
  /** Of the second of two snapshots: how it compares with the first. */
  readonly comparison?: Comparison;
}

/** Reads what `vethscope report` put into the page. */
export async function unpackReport(packed: Uint8Array): Promise<Packed> {
  const stream = new Blob([packed.slice()]).stream().pipeThrough(new DecompressionStream("gzip"));
  return unpackJson(await new Response(stream).text()) as Packed;
}

/** The packed snapshots in a page: none, unless it is a report. */
export function packedBytes(text: string): Uint8Array[] {
  const parts = text.split(/\s+/).filter((part) => part !== "");
  return parts.map((base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
}
