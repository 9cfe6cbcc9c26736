import type { Capture, Snapshot } from "../../src/captures/snapshot.ts";
import { buildHost } from "../../src/model/build/build-host.ts";
import type { Host } from "../../src/model/host.ts";
import { parseCapture } from "../../src/parsers/parse-capture.ts";
import type { ParsedCapture } from "../../src/parsers/registry.ts";
import { hostNames, hostSnapshot, once } from "./fixtures.ts";

/** A capture with what the parser made of it: hosts of many parts of a snapshot are rebuilt, and each is parsed once. */
export interface Item {
  readonly capture: Capture;
  readonly parsed: ParsedCapture | null;
}

const known = new WeakMap<Capture, Item>();

/** The captures of a snapshot, parsed. */
export const itemsOf = ({ captures }: Snapshot): readonly Item[] => captures.map(itemOf);

const itemOf = (capture: Capture): Item =>
  once(known, capture, () => ({ capture, parsed: capture.state === "ok" ? parseCapture(capture) : null }));

/** What `rebuildHost` makes of a snapshot, with each capture parsed once, in however many snapshots it is. */
export const rebuildAgain = (snapshot: Snapshot): Host =>
  buildHost(
    snapshot,
    itemsOf(snapshot).flatMap(({ parsed }) => parsed ?? []),
  );

const snapshots = new Map(await Promise.all(hostNames.map(async (name) => [name, await hostSnapshot(name)] as const)));

function snapshotNamed(name: string): Snapshot {
  const found = snapshots.get(name);
  if (found === undefined) throw new Error(`there is no host ${name}`);
  return found;
}

/** All captures of a bundled host. */
export const allOf = (name: string): readonly Item[] => itemsOf(snapshotNamed(name));

/** A bundled host rebuilt from some of its captures, in the order given. */
export const partOf = (name: string, items: readonly Item[]): Host =>
  buildHost(
    { ...snapshotNamed(name), captures: items.map(({ capture }) => capture) },
    items.flatMap(({ parsed }) => parsed ?? []),
  );

const wholes = new Map<string, Host>();

/** A bundled host of all its captures, rebuilt once. */
export const wholeHost = (name: string): Host => once(wholes, name, () => partOf(name, allOf(name)));
