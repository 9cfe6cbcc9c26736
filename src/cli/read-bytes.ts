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
    // A file's size is right nearly always: its bytes are then held once.
    let bytes = Buffer.allocUnsafe(handle === null ? 0 : Math.min((await handle.stat()).size, limit));
    let length = 0;
    for await (const chunk of stream) {
      const end = length + chunk.length;
      if (end > limit) throw tooLarge(path, limit, shrink);
      if (end > bytes.length) bytes = enlarged(bytes, length, Math.min(limit, Math.max(2 * bytes.length, end)));
      chunk.copy(bytes, length);
      length = end;
    }
    return bytes.subarray(0, length);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`cannot read ${path === "-" ? "standard input" : path}: ${fileTrouble(error)}`);
  } finally {
    await handle?.close();
  }
}

/** The first bytes, with room for more. */
function enlarged(bytes: Buffer, length: number, size: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafe(size);
  bytes.copy(larger, 0, 0, length);
  return larger;
}

function tooLarge(path: string, limit: number, shrink: string): Failure {
  const shown = path === "-" ? "standard input" : path;
  const kib = Math.floor(limit / 1024);
  return new Failure(
    `${shown} is larger than ${kib < 1024 ? `${kib} KiB` : `${Math.floor(kib / 1024)} MiB`}; ${shrink}`,
  );
}
