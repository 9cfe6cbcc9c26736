import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { Truth } from "./compare.ts";

/** A snapshot with what became of real connections on its host. */
export interface TrueHost {
  /** `seed-docker28` */
  readonly name: string;
  readonly snapshot: string;
  readonly truth: readonly Truth[];
}

/** The host at a path: a folder with a truth.ndjson, a zip with one beside it, or all of a folder's. */
export function findHosts(path: string): TrueHost[] {
  if (path.endsWith(".zip")) return hostAt(path, path.replace(/\.zip$/, ".truth.ndjson"));
  if (existsSync(join(path, "truth.ndjson"))) return hostAt(path, join(path, "truth.ndjson"));
  return readdirSync(path)
    .sort()
    .map((entry) => join(path, entry))
    .flatMap((entry) => {
      if (statSync(entry).isDirectory()) return hostAt(entry, join(entry, "truth.ndjson"));
      return entry.endsWith(".zip") ? findHosts(entry) : [];
    });
}

function hostAt(snapshot: string, file: string): TrueHost[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").trim().split("\n");
  const truth = lines.map((line): Truth => JSON.parse(line));
  return [{ name: basename(snapshot, ".zip"), snapshot, truth }];
}

/** Whether a host is as its engine made it: nobody changed rules, settings or interfaces after it. */
export const isUntouched = (name: string): boolean =>
  !/-after$|^(drift|sysctl|ufw|dockeruser|shop-docker20)-/.test(name);

/** Whether its Docker rules are written for nftables itself. */
export const hasNftables = (name: string): boolean => name.endsWith("nft");
