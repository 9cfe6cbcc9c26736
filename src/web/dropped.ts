import { defaultLimits } from "../captures/limits.ts";
import type { DroppedFile } from "./worker/messages.ts";

/** Files that make one snapshot. */
export interface DroppedSnapshot {
  readonly name: string;
  readonly files: readonly DroppedFile[];
}

/** All files of a drop, those of dropped folders with their paths. */
export async function filesOf(transfer: DataTransfer): Promise<File[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry());
  if (entries.every((entry) => entry === null || entry.isFile)) return [...transfer.files];
  const files: File[] = [];
  for (const entry of entries) if (entry !== null) await collect(entry, files);
  return files;
}

async function collect(entry: FileSystemEntry, files: File[]): Promise<void> {
  if (files.length > defaultLimits.entries) throw new Error(`more than ${defaultLimits.entries} files were dropped`);
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    Object.defineProperty(file, "webkitRelativePath", { value: entry.fullPath.replace(/^\//, "") });
    files.push(file);
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // The entries come in batches, the last of which is empty.
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) return;
    for (const one of batch) await collect(one, files);
  }
}

/** Sorts files into snapshots: each zip is one, and all other files together are one. */
export async function toSnapshots(files: readonly File[]): Promise<DroppedSnapshot[]> {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (total > defaultLimits.totalBytes)
    throw new Error(`more than ${defaultLimits.totalBytes / 1024 / 1024} MiB were dropped`);
  const zips = files.filter(isZip);
  const others = files.filter((file) => !isZip(file));
  const snapshots = zips.map(async (file) => ({
    name: file.name,
    files: [{ path: file.name, bytes: await bytesOf(file) }],
  }));
  if (others.length === 0) return Promise.all(snapshots);
  const read = others.map(async (file) => ({ path: file.webkitRelativePath || file.name, bytes: await bytesOf(file) }));
  const all = await Promise.all(read);
  return [...(await Promise.all(snapshots)), { name: nameOf(all.map(({ path }) => path)), files: all }];
}

const isZip = ({ name, type }: File): boolean => /\.zip$/i.test(name) || type === "application/zip";

const bytesOf = async (file: File): Promise<Uint8Array> => new Uint8Array(await file.arrayBuffer());

/** The folder that files lie in, the only file, or how many there are. */
function nameOf(paths: readonly string[]): string {
  const [first = ""] = paths;
  if (first.includes("/")) return first.slice(0, first.indexOf("/"));
  return paths.length === 1 ? first : `${paths.length} files`;
}
