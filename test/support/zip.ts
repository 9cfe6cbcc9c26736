import { crc32, deflateRawSync } from "node:zlib";

/** An entry of a zip that is put together by hand, so that it can lie. */
export interface RawEntry {
  readonly name: string | Uint8Array;
  readonly data?: string | Uint8Array;
  /** What the zip says of it, where that is not the truth. */
  readonly claims?: Partial<Record<"size" | "packedSize" | "crc" | "flags" | "method" | "attributes", number>>;
  /** Deflated bytes to take as they are. */
  readonly deflated?: Uint8Array;
  readonly stored?: boolean;
  /** Point to the packed bytes of the entry before. */
  readonly shared?: boolean;
}

/** A zip of the entries; `claims` replaces what the end record says. */
export function makeZip(
  entries: readonly RawEntry[],
  claims: { readonly count?: number; readonly offset?: number; readonly size?: number } = {},
): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let [at, last] = [0, 0];
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const data = Buffer.from(entry.data ?? "");
    const packed = entry.deflated ?? (entry.stored === true ? data : deflateRawSync(data));
    const common = Buffer.alloc(26);
    const fields = {
      flags: 0x800,
      method: entry.stored === true ? 0 : 8,
      crc: crc32(data),
      packedSize: packed.length,
      size: data.length,
      attributes: 0,
      ...entry.claims,
    };
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(fields.flags, 2);
    common.writeUInt16LE(fields.method, 4);
    common.writeUInt32LE(fields.crc, 10);
    common.writeUInt32LE(fields.packedSize, 14);
    common.writeUInt32LE(fields.size, 18);
    common.writeUInt16LE(name.length, 22);
    if (entry.shared !== true) {
      last = at;
      parts.push(Buffer.from("PK\x03\x04", "latin1"), common, name, Buffer.from(packed));
      at += 30 + name.length + packed.length;
    }
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(fields.attributes, 6);
    tail.writeUInt32LE(last, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, tail, name);
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(claims.count ?? entries.length, 8);
  end.writeUInt16LE(claims.count ?? entries.length, 10);
  end.writeUInt32LE(claims.size ?? list.length, 12);
  end.writeUInt32LE(claims.offset ?? at, 16);
  return new Uint8Array(Buffer.concat([...parts, list, end]));
}

/** Deflated zeros, made in pieces: a gigabyte of them is one megabyte. */
export function deflatedZeros(bytes: number): Uint8Array {
  // The same block over and over: zlib's `Z_FULL_FLUSH` makes blocks that can be repeated.
  const block = 1024 * 1024;
  const one = deflateRawSync(Buffer.alloc(block), { finishFlush: 3 /* Z_FULL_FLUSH */ });
  const end = deflateRawSync(Buffer.alloc(0));
  return new Uint8Array(Buffer.concat([...Array<Buffer>(Math.floor(bytes / block)).fill(one), end]));
}
