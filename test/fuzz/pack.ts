import type { Random } from "../support/random.ts";
import { makeZip, type RawEntry } from "../support/zip.ts";
import { bytesOf, type Files, hostile } from "./corpus.ts";

/** The files as a zip. */
export function pack(files: Files): Uint8Array {
  return makeZip([...files].map(([name, data]) => ({ name, data })));
}

/** The files as a zip that is broken or lies: about its sizes, its names, or in any of its bytes. */
export function packBadly(files: Files, random: Random): Uint8Array {
  const entries = [...files].map(([name, data]): RawEntry => ({ name, data }));
  const some = (entry: RawEntry, change: Partial<RawEntry>): RawEntry =>
    random.chance(0.3) ? { ...entry, ...change } : entry;
  const field = () => random.pick(["size", "packedSize", "crc", "flags", "method"] as const);
  const number = () => random.pick([0, 1, 8, 99, 255, 0xffff, random.below(2 ** 16)]);
  return random.weighted<() => Uint8Array>([
    [2, () => makeZip(entries.map((entry) => some(entry, { claims: { [field()]: number() } })))],
    [1, () => makeZip(entries.map((entry) => some(entry, { stored: true })))],
    [
      1,
      () =>
        makeZip(
          entries.map((entry) =>
            some(entry, { name: random.pick(["../x", "/x", "a/", "", "a\0b", "con", hostile(random)]) }),
          ),
        ),
    ],
    [1, () => makeZip([...entries, ...entries.slice(0, 2)])],
    [1, () => makeZip(entries.map((entry, i) => (i > 0 ? some(entry, { shared: true }) : entry)))],
    [1, () => makeZip(entries, { [random.pick(["count", "offset", "size"] as const)]: number() })],
    [3, () => brokenBytes(makeZip(entries), random)],
  ])();
}

function brokenBytes(zip: Uint8Array, random: Random): Uint8Array {
  const broken = zip.slice(0, random.chance(0.2) ? random.below(zip.length + 1) : zip.length);
  for (let times = 1 + random.below(8); times > 0 && broken.length > 0; times--) {
    // The directory at the end is small and decides everything.
    const at = random.chance(0.5)
      ? random.below(broken.length)
      : broken.length - 1 - random.below(Math.min(broken.length, 300));
    broken[at] = random.below(256);
  }
  return random.chance(0.1) ? new Uint8Array([...bytesOf("#!/bin/sh\n"), ...broken]) : broken;
}
