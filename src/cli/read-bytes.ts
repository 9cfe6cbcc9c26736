import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";
import { Failure, fileTrouble } from "./failure.ts";

/**
 * All bytes of a file or of standard input, and never more than the limit, whatever the file's size is said to be. `shrink`
 * says what to do about a larger one.
 */
export async function readBytes(path: string, limit: number, shrink: string): Promise<Uint8Array> {
  let handle: FileHandle | null = null;
  try {
    if (path !== "-") handle = await open(path, "r");
    const stream: AsyncIterable<Buffer> =
      handle === null ? process.stdin : handle.createReadStream({ autoClose: false });
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of stream) {
      length += chunk.length;
      if (length > limit) throw tooLarge(path, limit, shrink);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`cannot read ${path === "-" ? "standard input" : path}: ${fileTrouble(error)}`);
  } finally {
    await handle?.close();
  }
}

function tooLarge(path: string, limit: number, shrink: string): Failure {
  const shown = path === "-" ? "standard input" : path;
  const kib = Math.floor(limit / 1024);
  return new Failure(
    `${shown} is larger than ${kib < 1024 ? `${kib} KiB` : `${Math.floor(kib / 1024)} MiB`}; ${shrink}`,
  );
}
