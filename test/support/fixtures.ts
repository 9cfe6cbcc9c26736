import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openSnapshot } from "../../src/captures/read-snapshot.ts";
import type { Snapshot } from "../../src/captures/snapshot.ts";
import type { Host } from "../../src/model/host.ts";
import { describeHost, rebuildHost } from "../../src/operations/analyze.ts";
import { check } from "../../src/operations/check.ts";
import type { Analysis } from "../../src/results/analysis.ts";
import type { FindingsReport } from "../../src/results/findings.ts";

const folder = "fixtures/hosts";

/** The names of the bundled hosts: zips of what real engines said. */
export const hostNames: readonly string[] = existsSync(folder)
  ? readdirSync(folder)
      .filter((name) => name.endsWith(".zip"))
      .sort()
      .map((name) => name.replace(".zip", ""))
  : [];

/** Hosts that differ in kind: what is tried very often is tried on these. */
export const unlikeHosts: readonly string[] = [
  "change-docker28-after",
  "drift-docker28",
  "drivers-docker29nft",
  "inside-docker28",
  "notes",
  "ufw-docker28",
];

const snapshots = new Map<string, Promise<Snapshot>>();

/** A bundled host's snapshot. It is read once in a worker, and so is what is made of it: nothing may be changed in it. */
export const hostSnapshot = (name: string): Promise<Snapshot> =>
  once(snapshots, name, () => openSnapshot(readFileSync(join(folder, `${name}.zip`)), `${name}.zip`));

const hosts = new Map<string, Promise<Host>>();

/** A bundled host, rebuilt from all of its captures. */
export const bundledHost = (name: string): Promise<Host> =>
  once(hosts, name, async () => rebuildHost(await hostSnapshot(name)));

const analyses = new Map<string, Promise<Analysis>>();

/** What is said of a bundled host. */
export const hostAnalysis = (name: string): Promise<Analysis> =>
  once(analyses, name, async () => describeHost(await bundledHost(name), await hostSnapshot(name)));

const reports = new Map<string, Promise<FindingsReport>>();

/** What all checks find on a bundled host. */
export const hostFindings = (name: string): Promise<FindingsReport> =>
  once(reports, name, async () => check(await hostSnapshot(name)));

/** A Map, or a WeakMap where the keys are many. */
interface Cache<K, T> {
  get(key: K): T | undefined;
  set(key: K, value: T): unknown;
}

/** What is under a key, made when it is asked for the first time. */
export function once<K, T>(made: Cache<K, T>, key: K, make: () => T): T {
  const known = made.get(key);
  if (known !== undefined) return known;
  const value = make();
  made.set(key, value);
  return value;
}
