import { defaultLimits } from "../captures/limits.ts";
import type { DroppedFile } from "./worker/messages.ts";

/** Files that make one snapshot. */
export interface DroppedSnapshot {
  readonly name: string;
  readonly files: readonly DroppedFile[];
}

/**
 * All files of a drop, those of dropped folders with their paths. To be called during the drop: nothing of it can be read later.
 * A page that lies on a disk may not read entries in Chromium, so handles are asked for where there are any.
 */
export async function filesOf(transfer: DataTransfer): Promise<File[]> {
  const items = [...transfer.items].filter(({ kind }) => kind === "file");
  const entries = items.map((item) => item.webkitGetAsEntry());
  const plain = [...transfer.files];
  if (entries.every((entry) => entry === null || entry.isFile)) return plain;
  const handles = await Promise.all(items.map(handleOf));
  const files: File[] = [];
  for (const [i, entry] of entries.entries()) {
    const handle = handles[i];
    if (handle != null) await collectHandle(handle, handle.name, files);
    else if (entry !== null) await collectEntry(entry, files);
  }
  return files;
}

/** The standard's own way to a dropped folder; TypeScript's types do not have it yet. */
interface WithHandle {
  readonly getAsFileSystemHandle?: () => Promise<FileSystemHandle | null>;
}

async function handleOf(item: DataTransferItem & WithHandle): Promise<FileSystemHandle | null> {
  return (await item.getAsFileSystemHandle?.().catch(() => null)) ?? null;
}

async function collectHandle(handle: FileSystemHandle, path: string, files: File[]): Promise<void> {
  if (handle.kind === "file") return add(await (handle as FileSystemFileHandle).getFile(), path, files);
  const folder = handle as FileSystemDirectoryHandle & { readonly values: () => AsyncIterable<FileSystemHandle> };
  for await (const one of folder.values()) await collectHandle(one, `${path}/${one.name}`, files);
}

async function collectEntry(entry: FileSystemEntry, files: File[]): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return add(file, entry.fullPath.replace(/^\//, ""), files);
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // The entries come in batches, the last of which is empty.
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) return;
    for (const one of batch) await collectEntry(one, files);
  }
}

function add(file: File, path: string, files: File[]): void {
  if (files.length >= defaultLimits.entries) throw new Error(`more than ${defaultLimits.entries} files were dropped`);
  Object.defineProperty(file, "webkitRelativePath", { value: path });
  files.push(file);
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
