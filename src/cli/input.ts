import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { decodeText } from "../captures/decode.ts";
import { defaultLimits } from "../captures/limits.ts";
import { readSnapshot } from "../captures/read-snapshot.ts";
import type { Snapshot } from "../captures/snapshot.ts";
import { SnapshotError } from "../captures/snapshot.ts";
import { readZip } from "../captures/zip.ts";
import { Failure, fileTrouble } from "./failure.ts";
import { readBytes } from "./read-bytes.ts";
import { readFolder } from "./read-folder.ts";

/** Reads a snapshot from a zip, a folder, a single capture file, or standard input (`-`). */
export async function readInput(path: string): Promise<Snapshot> {
  const shown = path === "-" ? "standard input" : path;
  try {
    const files = path !== "-" && (await isFolder(path)) ? await readFolder(path) : await readOne(path);
    return readSnapshot(files);
  } catch (error) {
    // The stages know the snapshot, and only here is known what the person called it.
    if (error instanceof SnapshotError) throw new Failure(`${shown}: ${error.message}`);
    throw error;
  }
}

/** The text of a capture file, or of standard input. */
export async function readText(path: string): Promise<string> {
  if (path !== "-" && (await isFolder(path)))
    throw new Failure(`${path} is a folder; name a file with one command's output`);
  const text = decodeText(await readBytes(path, defaultLimits.fileBytes));
  if (text === null)
    throw new Failure(
      `${path === "-" ? "standard input" : path} is a binary file; parse takes the text output of one command`,
    );
  return text;
}

/** A zip's files, or the one capture that the input is. */
async function readOne(path: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const bytes = await readBytes(path, defaultLimits.totalBytes);
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b && bytes.length >= 4;
  if (isZip) return readZip(bytes);
  return new Map([[path === "-" ? "stdin" : basename(path), bytes]]);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw new Failure(`cannot read ${path}: ${fileTrouble(error)}`);
  }
}
