import { crc32, inflateRawSync } from "node:zlib";
import type { InflateAtOnce } from "../captures/zip/inflate.ts";

/** Node's own zlib, which stops at the first byte too many. */
export const inflateAtOnce: InflateAtOnce = (deflated, most) => {
  try {
    // A buffer of the size that is expected: the usual one of 16 KiB is too large for most captures. zlib asks for 64 at least.
    const bytes = inflateRawSync(deflated, { maxOutputLength: most, chunkSize: Math.max(64, most) });
    return { bytes, crc32: crc32(bytes) };
  } catch {
    return null;
  }
};
