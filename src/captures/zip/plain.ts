import type { Limits } from "../limits.ts";
import { type Budget, type InflateAtOnce, inflateSmall, type ZipEntry } from "./inflate.ts";
import { type DirectoryEntry, LOCAL_HEADER, utf8 } from "./zip-directory.ts";

type PlainEntry = Pick<ZipEntry, "name" | "size" | "packedSize" | "crc32" | "deflated"> & { readonly stored: boolean };

/**
 * The files of a zip of which nothing needs the library, as the collector's: plain names, and packed bytes where the directory has
 * them. Null for any other, which the library reads, or refuses with a reason. To load it takes longer than to read the zip of a
 * whole host.
 */
export function plainEntries(bytes: Uint8Array, listed: readonly DirectoryEntry[]): readonly PlainEntry[] | null {
  const found: PlainEntry[] = [];
  for (const entry of listed) {
    const deflated = entry.isPlain ? packedBytes(bytes, entry) : null;
    if (deflated === null) return null;
    if (!entry.name.endsWith("/")) found.push({ ...entry, deflated, stored: entry.method === 0 });
  }
  return found;
}

/** Inflates them all; null where one is not small, or not what was packed. */
export function inflatePlain(
  entries: readonly PlainEntry[],
  limits: Limits,
  atOnce: InflateAtOnce,
): ReadonlyMap<string, Uint8Array> | null {
  const files = new Map<string, Uint8Array>();
  const budget: Budget = { left: limits.totalBytes };
  for (const entry of entries) {
    const inflate = entry.stored ? copy : atOnce;
    const read = entry.size === 0 ? new Uint8Array() : inflateSmall(entry, limits, budget, inflate);
    if (read === null) return null;
    files.set(entry.name, read);
  }
  return files;
}

/** What is stored as it is needs no inflating. */
const copy: InflateAtOnce = (stored) => stored.slice();

const localHeaderLength = 30;

/** The packed bytes of an entry, behind its local header (APPNOTE.TXT 4.3.7); null where they are not whole, or under another name. */
function packedBytes(bytes: Uint8Array, { name, headerAt, packedSize }: DirectoryEntry): Uint8Array | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const nameAt = headerAt + localHeaderLength;
  if (nameAt > bytes.length || view.getUint32(headerAt, true) !== LOCAL_HEADER) return null;
  const nameEnd = nameAt + view.getUint16(headerAt + 26, true);
  const start = nameEnd + view.getUint16(headerAt + 28, true);
  if (start + packedSize > bytes.length || utf8.decode(bytes.subarray(nameAt, nameEnd)) !== name) return null;
  return bytes.subarray(start, start + packedSize);
}
