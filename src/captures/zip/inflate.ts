import type { JSZipObject } from "jszip";
import { isBomb, type Limits, refused, tooLarge, tooLargeInAll } from "../limits.ts";
import type { SnapshotError } from "../snapshot.ts";

/** The part of jszip's stream that its types leave out (https://stuk.github.io/jszip/documentation/api_streamhelper.html). */
interface InflatingStream {
  on(event: "data", listener: (chunk: Uint8Array, metadata: { readonly percent: number }) => void): this;
  on(event: "error", listener: (error: Error) => void): this;
  on(event: "end", listener: () => void): this;
  pause(): this;
  resume(): this;
}

declare module "jszip" {
  interface JSZipObject {
    internalStream(type: "uint8array"): InflatingStream;
    /** What the central directory says; of an empty entry jszip keeps a promise instead. */
    readonly _data: {
      readonly compressedSize?: number;
      readonly uncompressedSize?: number;
      readonly crc32?: number;
      readonly compressedContent?: Uint8Array;
      readonly compression?: { readonly magic: string };
    };
  }
}

/** An entry before it is inflated, with what the zip says of it. */
export interface ZipEntry {
  readonly name: string;
  /** Before `./` and the like were resolved. */
  readonly originalName: string;
  readonly size: number;
  readonly packedSize: number;
  readonly crc32: number;
  /** The deflated bytes; null where they are stored as they are. */
  readonly deflated: Uint8Array | null;
  open(): InflatingStream;
}

/**
 * Inflates bytes in one go, where the platform can (Node; a page has only streams), and tells their checksum: null for whatever is
 * wrong with them, and for more than `most` bytes.
 */
export type InflateAtOnce = (
  deflated: Uint8Array,
  most: number,
) => { readonly bytes: Uint8Array; readonly crc32: number } | null;

/** What jszip calls method 8, as a local header has it. */
const deflateMagic = "\b\0";

export function packedOf(entry: JSZipObject): ZipEntry {
  const { uncompressedSize = 0, compressedSize = 0, crc32 = 0, compressedContent, compression } = entry._data;
  return {
    name: entry.name,
    originalName: entry.unsafeOriginalName ?? entry.name,
    // jszip reads 32 bits with a sign.
    size: uncompressedSize >>> 0,
    packedSize: compressedSize >>> 0,
    crc32: crc32 >>> 0,
    deflated: compression?.magic === deflateMagic ? (compressedContent ?? null) : null,
    open: () => entry.internalStream("uint8array"),
  };
}

/** How many bytes may still be inflated in all. */
export interface Budget {
  left: number;
}

/**
 * Inflates an entry that says to be small in one go, in a tenth of the time that a stream takes; null where that is not the way,
 * or the bytes are not those that were packed: the stream then says what is wrong.
 */
export function inflateSmall(
  { size, packedSize, crc32, deflated }: ZipEntry,
  limits: Limits,
  budget: Budget,
  atOnce: InflateAtOnce,
): Uint8Array | null {
  if (deflated === null || size === 0 || size > Math.min(limits.ratioFrom, limits.fileBytes, budget.left)) return null;
  if (isBomb(size, packedSize, limits)) return null;
  const result = atOnce(deflated, size);
  if (result === null || result.bytes.length !== size || result.crc32 !== crc32) return null;
  budget.left -= size;
  return result.bytes;
}

/**
 * Inflates one entry and stops at the first limit, which can be as little as 16 KiB of packed bytes after the start. Throws
 * a `SnapshotError` too when the bytes are not those that were packed.
 */
export function inflate(entry: ZipEntry, limits: Limits, budget: Budget): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const result = new Uint8Array(entry.size);
    let size = 0;
    let stopped = false;
    const stream = entry.open();
    const stop = (error: SnapshotError) => {
      stopped = true;
      stream.pause();
      reject(error);
    };
    stream.on("data", (chunk, { percent }) => {
      if (stopped) return;
      budget.left -= chunk.length;
      const total = size + chunk.length;
      if (total > limits.fileBytes) return stop(tooLarge(entry.name, limits));
      if (budget.left < 0) return stop(tooLargeInAll(limits));
      if (isBomb(total, (entry.packedSize * percent) / 100, limits))
        return stop(refused(entry.name, "is a zip bomb; not read"));
      if (total > entry.size) return stop(damaged(entry.name));
      result.set(chunk, size);
      size = total;
    });
    stream.on("error", () => stopped || stop(damaged(entry.name)));
    stream.on("end", () => {
      if (stopped) return;
      if (size === entry.size && crc32(result) === entry.crc32) resolve(result);
      else reject(damaged(entry.name));
    });
    stream.resume();
  });
}

const damaged = (name: string): SnapshotError => refused(name, "is damaged; copy or make the zip again");

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** The checksum of APPNOTE.TXT 4.4.7. jszip can check it too, but only by inflating everything at once. */
function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (let at = 0; at < bytes.length; at++) crc = (crc >>> 8) ^ (table[(crc ^ (bytes[at] ?? 0)) & 255] ?? 0);
  return ~crc >>> 0;
}
