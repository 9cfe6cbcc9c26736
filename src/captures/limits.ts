import { escapeTerminal } from "../lib/escape-terminal.ts";
import { SnapshotError } from "./snapshot.ts";

/** How much of a zip is read, in bytes and entries; a zip beyond any of them is refused as a whole. */
export interface Limits {
  readonly totalBytes: number;
  readonly fileBytes: number;
  readonly entries: number;
  /** Inflated to packed size, for what inflates to more than `ratioFrom` bytes. */
  readonly ratio: number;
  readonly ratioFrom: number;
}

const MiB = 1024 * 1024;

export const defaultLimits: Limits = {
  totalBytes: 128 * MiB,
  // The collector cuts an output there.
  fileBytes: 32 * MiB,
  entries: 10_000,
  ratio: 200,
  ratioFrom: MiB,
};

/** Whether so many bytes from so few are no honest text: deflate itself reaches 1032:1, output of commands 20:1. */
export function isBomb(size: number, packedSize: number, limits: Limits): boolean {
  return size > limits.ratioFrom && size > packedSize * limits.ratio;
}

/** The refusal of one entry; its name is made safe to print. */
export function refused(name: string, why: string): SnapshotError {
  return new SnapshotError(`refused: "${escapeTerminal(name, 100)}" in the zip ${why}`);
}

export function tooLarge(name: string, { fileBytes }: Limits): SnapshotError {
  return refused(name, `inflates to more than ${inMiB(fileBytes)}, the most that is read of one; take it out`);
}

export function tooLargeInAll({ totalBytes }: Limits): SnapshotError {
  const all = `the zip inflates to more than ${inMiB(totalBytes)}`;
  return new SnapshotError(`${all}, the most that is read; take out what is no capture`);
}

export const inMiB = (bytes: number): string => (bytes < MiB ? `${bytes} bytes` : `${Math.floor(bytes / MiB)} MiB`);
