import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { defaultLimits } from "../captures/limits.ts";
import { byCodePoint } from "../lib/order.ts";
import { Failure, fileTrouble } from "./failure.ts";
import { readBytes } from "./read-bytes.ts";

/** Snapshots are three levels deep; the rest is room for what people put around them. */
const deepest = 6;

/**
 * Reads all files of a folder by their paths inside it, within the limits of a zip. A symbolic link is followed only to a
 * file inside the folder: a folder made from somebody's archive must not make this program read anything else.
 */
export async function readFolder(folder: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const root = await realpath(folder);
  let left = defaultLimits.totalBytes;
  for (const path of await listFiles(root, folder)) {
    const most = Math.min(left, defaultLimits.fileBytes);
    const bytes = await readBytes(join(root, path), most, "take out what is no capture");
    left -= bytes.length;
    files.set(path.split(sep).join("/"), bytes);
  }
  return files;
}

async function listFiles(root: string, shown: string): Promise<string[]> {
  const found: string[] = [];
  const visit = async (inside: string, depth: number): Promise<void> => {
    for (const entry of await entriesOf(join(root, inside), join(shown, inside))) {
      const path = join(inside, entry.name);
      if (entry.isDirectory()) {
        if (depth >= deepest)
          throw new Failure(`${join(shown, path)} is nested too deeply; name the snapshot's own folder`);
        await visit(path, depth + 1);
      } else if (entry.isFile() || (entry.isSymbolicLink() && (await leadsInside(root, path)))) {
        found.push(path);
      }
      if (found.length > defaultLimits.entries) {
        throw new Failure(`${shown} holds more than ${defaultLimits.entries} files; name the snapshot's own folder`);
      }
    }
  };
  await visit("", 1);
  return found;
}

async function entriesOf(folder: string, shown: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => byCodePoint(a.name, b.name));
  } catch (error) {
    throw new Failure(`cannot read ${shown}: ${fileTrouble(error)}`);
  }
}

/** Sockets, pipes and devices are no captures, and a link may lead to one. */
async function leadsInside(root: string, path: string): Promise<boolean> {
  try {
    const target = await realpath(join(root, path));
    return !relative(root, target).startsWith("..") && (await stat(target)).isFile();
  } catch {
    return false;
  }
}
