import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openSnapshot } from "../../src/captures/read-snapshot.ts";
import type { Snapshot } from "../../src/captures/snapshot.ts";

const folder = "fixtures/hosts";

/** The names of the bundled hosts: zips of what real engines said. */
export const hostNames: readonly string[] = existsSync(folder)
  ? readdirSync(folder).flatMap((name) => (name.endsWith(".zip") ? [name.replace(".zip", "")] : []))
  : [];

/** A bundled host's snapshot. */
export function hostSnapshot(name: string): Promise<Snapshot> {
  return openSnapshot(readFileSync(join(folder, `${name}.zip`)), `${name}.zip`);
}
