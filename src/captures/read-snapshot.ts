import { escapeTerminal } from "../lib/escape-terminal.ts";
import { byCodePoint } from "../lib/order.ts";
import { byPlace } from "./by-place.ts";
import { cutCaptures } from "./cut.ts";
import { readListed, readManifest } from "./from-manifest.ts";
import { captureKinds } from "./kinds.ts";
import { defaultLimits, inMiB, type Limits } from "./limits.ts";
import type { Manifest } from "./manifest.ts";
import { chooseHost } from "./pasted/choose-host.ts";
import { readHandMade } from "./pasted/hand-made.ts";
import { settleMoments } from "./pasted/moments.ts";
import { isJunk, withoutTopFolder } from "./paths.ts";
import { type Capture, type Snapshot, SnapshotError, type UnreadFile } from "./snapshot.ts";
import type { Taken } from "./taken.ts";
import type { InflateAtOnce } from "./zip/inflate.ts";
import { readZip } from "./zip/zip.ts";

/**
 * Reads a snapshot from the bytes of one file: a zip, or the output of a single command. `name` is the file's name; it
 * helps to recognise a single file and stands in messages. `inflateAtOnce` makes zips of small files faster where the platform
 * has it. Throws a `SnapshotError`.
 */
export async function openSnapshot(
  bytes: Uint8Array,
  name: string,
  limits: Partial<Limits> = {},
  host: string | null = null,
  inflateAtOnce: InflateAtOnce | null = null,
): Promise<Snapshot> {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] ?? 0) < 9)
    return readSnapshot(await readZip(bytes, limits, inflateAtOnce), name, host);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    throw new SnapshotError(`${escapeTerminal(name)} is packed with gzip; unpack it first, a folder is fine too`);
  }
  return readSnapshot(new Map([[name.slice(name.lastIndexOf("/") + 1), bytes]]), name, host);
}

/**
 * Reads a snapshot from its files, whose paths are relative to its root. The files that a manifest lists are taken for what
 * it says; all others are recognised by name or content. The result does not depend on the order of the files. `name` is
 * what messages call the whole, `host` is the one that is read where texts hold the outputs of several. Throws a
 * `SnapshotError` when no capture at all is in it, and a `SeveralHostsError` when no host was chosen.
 */
export function readSnapshot(
  files: ReadonlyMap<string, Uint8Array>,
  name = "the snapshot",
  host: string | null = null,
): Snapshot {
  const all = new Map([...withoutTopFolder(files)].sort(([a], [b]) => byCodePoint(a, b)));
  const manifestBytes = all.get("manifest.json");
  const manifest = manifestBytes === undefined ? null : readManifest(manifestBytes);
  const {
    captures: listed,
    unread,
    used,
  } = manifest === null ? { captures: [], unread: [], used: none } : readListed(manifest, all);
  const taken: Taken[] = [];
  for (const [file, bytes] of all) {
    if (used.has(file) || isJunk(file) || (file === "manifest.json" && manifest !== null)) continue;
    if (bytes.length > defaultLimits.fileBytes) throw new SnapshotError(tooLong(file));
    const read = readHandMade(file, bytes);
    taken.push(...read.taken);
    unread.push(...read.unread);
    if (listed.length + taken.length + unread.length > mostPieces) throw new SnapshotError(tooMany(name));
  }
  const chosen = chooseHost(taken, host, manifest?.host.hostname ?? null, name);
  const captures = [...(chosen.isListed ? listed : []), ...settleMoments(chosen.taken, escapeTerminal(name, 100))];
  unread.push(...chosen.unread);
  if (captures.length === 0) throw new SnapshotError(nothingIn(name, manifest, [...all.keys()], unread));
  const sorted = [...captures, ...notTaken(captures)].sort(byPlace);
  return { manifest, captures: cutCaptures(sorted), unread: unread.sort(byFile) };
}

/** What files and commands a snapshot holds, read or not; each is told of, and thousands of containers make fewer. */
const mostPieces = 20_000;

const tooLong = (file: string): string =>
  `${escapeTerminal(file, 100)} is larger than ${inMiB(defaultLimits.fileBytes)}; take out what is no capture`;

const tooMany = (name: string): string =>
  `${escapeTerminal(name)} holds more than ${mostPieces} outputs of commands; take out what is no capture`;

const none: ReadonlySet<string> = new Set();

/** Core captures of the host that nobody took. */
function notTaken(captures: readonly Capture[]): Capture[] {
  const taken = new Set(captures.filter(({ netns }) => netns === null).map(({ kind }) => kind));
  return captureKinds
    .filter(({ id, core }) => core === true && !taken.has(id))
    .map(({ id }) => ({ kind: id, netns: null, file: `captures/${id}.txt`, state: "absent", why: "not captured" }));
}

const byFile = (a: UnreadFile, b: UnreadFile): number => byCodePoint(a.file, b.file);

const advice = "give a snapshot (vethscope collect prints the script that takes one) or outputs such as ip_a.txt";

/** Why there is no capture at all, and what to give instead. */
function nothingIn(
  name: string,
  manifest: Manifest | null,
  files: readonly string[],
  unread: readonly UnreadFile[],
): string {
  const place = escapeTerminal(name);
  const [file = "", ...others] = files;
  if (file === "") return `${place} is empty; ${advice}`;
  if (manifest !== null) return `no capture was found in ${place}, though it has a manifest.json; make it again`;
  if (others.length === 0) {
    const inside = name === file || name.endsWith(`/${file}`) ? "" : ` (${escapeTerminal(file, 60)})`;
    return `nothing in ${place}${inside} can be read: ${escapeTerminal(unread[0]?.why ?? "empty file")}; ${advice}`;
  }
  const few = files.slice(0, 3).map((each) => escapeTerminal(each, 60));
  const found = `${files.length} files (${few.join(", ")}${files.length > 3 ? ", …" : ""})`;
  return `no capture was found in ${place}, only ${found}; ${advice}`;
}
