import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";
import { Failure, fileTrouble } from "./failure.ts";

/** All bytes of a file or of standard input, and never more than the limit, whatever the file's size is said to be. */
export async function readBytes(path: string, limit: number): Promise<Uint8Array> {
  let handle: FileHandle | null = null;
  try {
    if (path !== "-") handle = await open(path, "r");
    const stream: AsyncIterable<Buffer> =
      handle === null ? process.stdin : handle.createReadStream({ autoClose: false });
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of stream) {
      length += chunk.length;
      if (length > limit) throw tooLarge(path, limit);
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

function tooLarge(path: string, limit: number): Failure {
  const shown = path === "-" ? "standard input" : path;
  return new Failure(`${shown} is larger than ${Math.floor(limit / 1024 / 1024)} MiB; take out what is no capture`);
}
