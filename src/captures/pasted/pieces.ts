import type { CommandLine } from "./command-line.ts";
import { findPrompts } from "./prompts.ts";
import { followShells, type ShellPlace } from "./shells.ts";

/** A part of a text: what one command printed, or what stands before the first prompt. */
export interface Piece {
  /** The words after the prompt; null for what stands before the first one. */
  readonly command: string | null;
  readonly line: CommandLine | null;
  readonly place: ShellPlace;
  readonly text: string;
  /** The numbers of the first and the last line of `text`; the prompt is the line before the first. */
  readonly firstLine: number;
  readonly lastLine: number;
}

/** A text cut at its prompts, and the line from which on it is not, since it holds too many commands; null when none is left. */
export interface Pieces {
  readonly pieces: readonly Piece[];
  readonly unreadFrom: number | null;
}

/** So many commands are read of one log: each makes a capture, or a remark that there is no parser for its output. */
export const mostPieces = 2000;

const nowhere: ShellPlace = { host: null, netns: null, unsure: false };

/**
 * Cuts a text that was pasted from a terminal at its prompts. A text in which no prompt runs a known command is one piece.
 * `file` is for the names of containers that nothing names.
 */
export function splitAtPrompts(all: string, file: string): Pieces {
  const prompts = findPrompts(all);
  const found = prompts.some(({ line }) => line.kind !== null) ? prompts : [];
  const unread = found[mostPieces];
  const text = all.slice(0, unread?.from);
  const read = found.slice(0, mostPieces);
  const pieces: Piece[] = [];
  const start = read[0];
  if (start === undefined || start.from > 0) {
    const before = text.slice(0, start?.from);
    pieces.push({
      command: null,
      line: null,
      place: nowhere,
      text: before,
      firstLine: 1,
      lastLine: countLines(before),
    });
  }
  const steps = read.map((one, i) => ({ ...one, output: text.slice(one.to, read[i + 1]?.from) }));
  const places = followShells(steps, (line) => `unnamed (${file}:${line})`);
  for (const [i, { prompt, line, output, number }] of steps.entries()) {
    const command = prompt?.command ?? "exit";
    const place = places[i] ?? nowhere;
    const lastLine = number + countLines(output);
    pieces.push({ command, line, place, text: output, firstLine: number + 1, lastLine });
  }
  return { pieces, unreadFrom: unread?.number ?? null };
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return text === "" || text.endsWith("\n") ? count : count + 1;
}
