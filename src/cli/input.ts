import { stat } from "node:fs/promises";
import { decodeText } from "../captures/decode.ts";
import { defaultLimits } from "../captures/limits.ts";
import { openSnapshot, readSnapshot } from "../captures/read-snapshot.ts";
import { SeveralHostsError, type Snapshot, SnapshotError } from "../captures/snapshot.ts";
import { Failure, fileTrouble } from "./failure.ts";
import { inflateAtOnce } from "./inflate-at-once.ts";
import { readBytes } from "./read-bytes.ts";
import { readFolder } from "./read-folder.ts";

/**
 * Reads a snapshot from a zip, a folder, a single capture file, or standard input (`-`); of texts with the outputs of
 * several hosts those of `host`.
 */
export async function readInput(path: string, host: string | null = null): Promise<Snapshot> {
  const shown = nameOf(path);
  try {
    if (path !== "-" && (await isFolder(path))) return readSnapshot(await readFolder(path), shown, host);
    const bytes = await readBytes(path, defaultLimits.totalBytes, capture.shrink);
    return await openSnapshot(bytes, shown, {}, host, inflateAtOnce);
  } catch (error) {
    // The stages know the snapshot, and only here is known what the person called it.
    if (error instanceof SnapshotError) {
      const choice = error instanceof SeveralHostsError ? "; choose one with --host NAME" : "";
      throw new Failure(`${error.message.includes(shown) ? "" : `${shown}: `}${error.message}${choice}`);
    }
    throw error;
  }
}

/** What a text file is expected to be. */
export interface TextKind {
  /** `a policy`: what to name instead of a folder or a binary file. */
  readonly what: string;
  readonly mostBytes: number;
  /** What to do about a file that is larger. */
  readonly shrink: string;
}

const capture: TextKind = {
  what: "a file with one command's output",
  mostBytes: defaultLimits.fileBytes,
  shrink: "take out what is no capture",
};

/** The text of a file, or of standard input: a capture's, unless it is said to be something else. */
export async function readText(path: string, { what, mostBytes, shrink }: TextKind = capture): Promise<string> {
  if (path !== "-" && (await isFolder(path))) throw new Failure(`${path} is a folder; name ${what}`);
  const text = decodeText(await readBytes(path, mostBytes, shrink));
  if (text === null) throw new Failure(`${nameOf(path)} is a binary file; name ${what}`);
  return text;
}

/** What messages call an input. */
export const nameOf = (path: string): string => (path === "-" ? "standard input" : path);

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw new Failure(`cannot read ${path}: ${fileTrouble(error)}`);
  }
}
