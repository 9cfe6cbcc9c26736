import { makeRandom, type Random } from "../support/random.ts";
import { type Base, type Files, pickBase } from "./corpus.ts";
import { fileMutations } from "./mutate-files.ts";
import { jsonMutations } from "./mutate-json.ts";
import { lineMutations } from "./mutate-lines.ts";
import { nameMutations } from "./mutate-names.ts";
import { recordMutations } from "./mutate-records.ts";
import type { Draft, Mutation } from "./mutation.ts";
import { pack, packBadly } from "./pack.ts";

/** A snapshot to try, and everything that is needed to try it the same way again. */
export interface Case {
  /** Decides what is asked about it. */
  readonly seed: number;
  readonly base: Base;
  /** What was done to the base. */
  readonly changes: readonly string[];
  readonly files: Files;
  /** What it is read from: a zip, or null for a folder with the files. */
  readonly zip: Uint8Array | null;
}

const kinds: readonly (readonly [number, readonly Mutation[]])[] = [
  [4, lineMutations],
  [3, jsonMutations],
  [3, nameMutations],
  [2, recordMutations],
  [1, fileMutations],
];

/** The case of a number: the same seed and number give the same case. */
export async function makeCase(seed: number, number: number): Promise<Case> {
  const own = Math.imul(seed, 0x9e3779b1) + number;
  const random = makeRandom(own);
  const base = await pickBase(random);
  const draft: Draft = new Map(base.files);
  const changes = Array.from({ length: random.weighted(lengths) }, () => random.pick(random.weighted(kinds)));
  for (const change of changes) makeWorse(draft, change, random);
  const { how, zip } = packed(draft, random);
  return { seed: own, base, changes: [...changes.map(({ name }) => name), how], files: draft, zip };
}

/** What an earlier change has nested so deep that it cannot be copied stays as it is. */
function makeWorse(draft: Draft, { apply }: Mutation, random: Random): void {
  try {
    apply(draft, random);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
}

const lengths = [
  [4, 1],
  [3, 2],
  [2, 4],
  [1, 12],
] as const;

function packed(files: Files, random: Random): { readonly how: string; readonly zip: Uint8Array | null } {
  if (random.chance(0.1)) return { how: "a bad zip", zip: packBadly(files, random) };
  return random.chance(0.3) ? { how: "a zip", zip: pack(files) } : { how: "a folder", zip: null };
}
