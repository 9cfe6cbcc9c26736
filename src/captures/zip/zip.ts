import JSZip from "jszip";
import { escapeTerminal } from "../../lib/escape-terminal.ts";
import { defaultLimits, isBomb, type Limits, refused, tooLarge, tooLargeInAll } from "../limits.ts";
import { SnapshotError } from "../snapshot.ts";
import { type Budget, type InflateAtOnce, inflate, inflateSmall, packedOf, type ZipEntry } from "./inflate.ts";
import { readDirectory, withoutSpareEnd } from "./zip-directory.ts";

/**
 * Reads the files of a zip, by their names, and writes nothing anywhere. Every limit holds while inflating. Throws a
 * `SnapshotError` that names the entry for whatever is hostile, damaged or too large: half a snapshot is not read.
 */
export async function readZip(
  zip: Uint8Array,
  limits: Partial<Limits> = {},
  atOnce: InflateAtOnce | null = null,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const bytes = withoutSpareEnd(zip);
  const bounds = { ...defaultLimits, ...limits };
  const names = new Set<string>();
  for (const { name, encrypted, special, method, falselyEmpty } of readDirectory(bytes, bounds.entries)) {
    checkName(name);
    if (method !== 0 && method !== 8) throw refused(name, `is packed by method ${method}; pack it again with deflate`);
    if (falselyEmpty) throw refused(name, "says that it is empty and is not; make the zip again");
    if (special) throw refused(name, "is a device, a pipe or a socket; pack it again without it");
    if (encrypted) throw refused(name, "is encrypted; pack it again without a password");
    if (names.has(name)) throw refused(name, "is in the zip twice; pack it again with one of each name");
    names.add(name);
  }
  const entries = Object.values((await load(bytes)).files);
  // What only the library sees as one: names that differ in `./`, or in the field that gives them a second spelling.
  if (entries.length !== names.size) throw new SnapshotError("two entries of the zip have one name; pack it again");
  const packed = entries.filter(({ dir }) => !dir).map(packedOf);
  checkSizes(packed, bytes.length, bounds);

  const files = new Map<string, Uint8Array>();
  const budget: Budget = { left: bounds.totalBytes };
  for (const entry of packed) {
    checkName(entry.originalName);
    const small = atOnce === null ? null : inflateSmall(entry, bounds, budget, atOnce);
    files.set(entry.name, small ?? (await inflate(entry, bounds, budget)));
  }
  return files;
}

async function load(bytes: Uint8Array): Promise<JSZip> {
  try {
    return await JSZip.loadAsync(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^Corrupted zip( or bug)? ?: /, "") : String(error);
    throw new SnapshotError(`the zip cannot be read (${escapeTerminal(reason)}); copy or make it again`);
  }
}

/** No path is ever used to open a file; these names are refused all the same, for other tools that unpack the zip. */
function checkName(name: string): void {
  if (/[\u0000-\u001f\u007f-\u009f]/.test(name)) throw refused(name, "has a control character in its name; rename it");
  if (name.includes("\\")) throw refused(name, "has a backslash in its name; pack it again with / between folders");
  if (/^\/|^[a-z]:\//i.test(name)) throw refused(name, "is an absolute path; pack it again with relative ones");
  if (name.split("/").includes(".."))
    throw refused(name, "points out of the zip with ..; pack it again from its folder");
}

/** What the zip says of its own sizes. A lie is found while inflating. */
function checkSizes(entries: readonly ZipEntry[], zipBytes: number, limits: Limits): void {
  let [size, packedSize] = [0, 0];
  for (const entry of entries) {
    size += entry.size;
    packedSize += entry.packedSize;
    if (entry.size > limits.fileBytes) throw tooLarge(entry.name, limits);
    if (isBomb(entry.size, entry.packedSize, limits)) throw refused(entry.name, "is a zip bomb; not read");
  }
  if (size > limits.totalBytes) throw tooLargeInAll(limits);
  if (packedSize > zipBytes)
    throw new SnapshotError("entries of the zip overlap, as only a hostile zip does; not read");
  if (isBomb(size, zipBytes, limits)) throw new SnapshotError("the zip is a zip bomb; not read");
}
