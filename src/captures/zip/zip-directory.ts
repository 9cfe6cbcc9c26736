import { SnapshotError } from "../snapshot.ts";

/** What the central directory of a zip says of one entry. */
export interface DirectoryEntry {
  /** As it stands there; bytes that are no UTF-8 are replaced. */
  readonly name: string;
  readonly encrypted: boolean;
  /** Whether it stands for a device, a pipe or a socket: the library cannot read one. */
  readonly special: boolean;
  /** How it is packed: 0 not at all, 8 deflate. */
  readonly method: number;
  /** Whether it says that it inflates to nothing, though packed bytes are there: the library would not look. */
  readonly falselyEmpty: boolean;
}

const END = 0x06054b50;
const LOCATOR_64 = 0x07064b50;
const END_64 = 0x06064b50;
const HEADER = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const endLength = 22;
const headerLength = 46;
/** Unix' types of files in the upper bits of the attributes: pipe, character and block device, socket (inode(7)). */
const specialTypes: ReadonlySet<number> = new Set([1, 2, 6, 12]);
/** 800 bytes for each of 10,000 entries: a library makes an object of every four bytes that a zip has in extra fields. */
const mostDirectoryBytes = 8_000_000;
/** No way of packing nothing takes more bytes than this. */
const emptyDeflated = 16;

/**
 * Lists a zip's central directory (APPNOTE.TXT 4.3.12 to 4.3.16) before a library loads it: a library reads all entries,
 * however many, keeps the last of two with one name, and refuses encrypted ones without naming them. Throws a
 * `SnapshotError` when the bytes are no whole zip or hold more than `maxEntries`.
 */
export function readDirectory(bytes: Uint8Array, maxEntries: number): DirectoryEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  const { count, size, offset, at: endOfDirectory } = readEnd(view, end);
  if (count > maxEntries) throw tooMany(`${count}`, maxEntries);
  if (size > mostDirectoryBytes)
    throw new SnapshotError(
      `the zip's list of files takes ${size} bytes, more than the ${mostDirectoryBytes} allowed; make it again`,
    );
  const prepended = endOfDirectory - size - offset;
  if (prepended < 0) throw new SnapshotError("the zip is damaged: bytes are missing in it; copy or make it again");

  const entries: DirectoryEntry[] = [];
  let at = offset + prepended;
  while (at + headerLength <= bytes.length && view.getUint32(at, true) === HEADER) {
    if (entries.length === maxEntries) throw tooMany(`more than ${maxEntries}`, maxEntries);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    const nameEnd = at + headerLength + (nameLength ?? 0);
    entries.push({
      name: new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(at + headerLength, nameEnd)),
      special: specialTypes.has(view.getUint32(at + 38, true) >>> 28),
      encrypted: (view.getUint16(at + 8, true) & 1) !== 0,
      method: view.getUint16(at + 10, true),
      falselyEmpty: view.getUint32(at + 24, true) === 0 && view.getUint32(at + 20, true) > emptyDeflated,
    });
    at = nameEnd + (extraLength ?? 0) + (commentLength ?? 0);
  }
  if (entries.length !== count) {
    throw new SnapshotError(
      `the zip is damaged: its directory lists ${entries.length} of ${count} entries; make it again`,
    );
  }
  return entries;
}

/**
 * The zip without its zip64 end record where the plain one already says all, as Info-ZIP's `zip` writes what it reads from
 * a pipe: jszip takes the record for bytes before the zip and then looks for everything in the wrong place.
 */
export function withoutSpareEnd(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  const record = readEnd(view, end).at === end ? record64(view, end) : null;
  if (record === null) return bytes;
  const result = new Uint8Array(bytes.length - (end - record));
  result.set(bytes.subarray(0, record));
  result.set(bytes.subarray(end), record);
  return result;
}

function tooMany(found: string, limit: number): SnapshotError {
  return new SnapshotError(
    `the zip holds ${found} entries, more than the ${limit} allowed; take out what is no capture`,
  );
}

/** The last end record; only a comment of up to 65,535 bytes may follow it. */
function findEnd(view: DataView): number {
  const lowest = Math.max(0, view.byteLength - endLength - 0xffff);
  for (let at = view.byteLength - endLength; at >= lowest; at--) if (view.getUint32(at, true) === END) return at;
  if (view.byteLength >= 4 && view.getUint32(0, true) === LOCAL_HEADER) {
    throw new SnapshotError("the zip is cut off: its end is missing; copy or download it again");
  }
  throw new SnapshotError("this is no zip file; give a zip, a folder or a text file such as ip_a.txt");
}

interface End {
  readonly count: number;
  readonly size: number;
  readonly offset: number;
  /** Where the central directory has to end. */
  readonly at: number;
}

/** The numbers of the end record, or those of the zip64 one when any of them is a marker for it. */
function readEnd(view: DataView, end: number): End {
  const [count, size, offset] = [
    view.getUint16(end + 10, true),
    view.getUint32(end + 12, true),
    view.getUint32(end + 16, true),
  ];
  const markers = [4, 6, 8, 10].some((field) => view.getUint16(end + field, true) === 0xffff);
  if (!markers && size !== 0xffffffff && offset !== 0xffffffff) return { count, size, offset, at: end };
  const record = record64(view, end);
  // So many entries are a marker, too, and yet there may be just so many.
  if (record === null && count === 0xffff && size !== 0xffffffff && offset !== 0xffffffff)
    return { count, size, offset, at: end };
  if (record === null) {
    throw new SnapshotError("the zip is damaged: its zip64 end record is not where it should be; make it again");
  }
  return {
    count: number64(view, record + 32),
    size: number64(view, record + 40),
    offset: number64(view, record + 48),
    at: record,
  };
}

/** The zip64 end record in its usual place and size, or null: jszip would search the whole file for another one. */
function record64(view: DataView, end: number): number | null {
  const locator = end - 20;
  if (locator < 0 || view.getUint32(locator, true) !== LOCATOR_64) return null;
  const record = number64(view, locator + 8);
  if (record < 0 || record + 56 !== locator) return null;
  return view.getUint32(record, true) === END_64 && number64(view, record + 4) === 44 ? record : null;
}

const number64 = (view: DataView, at: number): number =>
  at + 8 <= view.byteLength ? Number(view.getBigUint64(at, true)) : -1;
