import { wantsColor } from "./color.ts";

/** Columns for text that goes to no terminal: the same everywhere, so that two runs can be compared. */
const defaultWidth = 100;

/** Whether a result that is written to the given file, or to standard output for none or `-`, is shown on a terminal. */
const goesToTerminal = (file: string | undefined): boolean =>
  process.stdout.isTTY === true && (file === undefined || file === "-");

/** How text is laid out for where it goes: a file or pipe gets a fixed width and no colours unless asked for. */
export function terminalOptions(
  flag: boolean | undefined,
  file: string | undefined,
): { width: number; color: boolean } {
  const isTTY = goesToTerminal(file);
  const { NO_COLOR, FORCE_COLOR } = process.env;
  const width = isTTY ? Math.min(Math.max(process.stdout.columns ?? defaultWidth, 60), 200) : defaultWidth;
  return { width, color: wantsColor({ flag, NO_COLOR, FORCE_COLOR, isTTY }) };
}

/** A line about long work, only for somebody who is watching; returns what wipes it away again. */
export function progress(message: string): () => void {
  if (process.stderr.isTTY !== true) return () => {};
  const timer = setTimeout(() => process.stderr.write(`${message} …`), 300);
  return () => {
    clearTimeout(timer);
    process.stderr.write("\r\x1b[K");
  };
}

/**
 * A number that grows on standard error while somebody watches; not where results that are written meanwhile (`streams`)
 * would scroll past it.
 */
export function countProgress(
  what: string,
  streams: boolean,
): { readonly count: (number: number) => void; readonly done: () => void } {
  if (process.stderr.isTTY !== true || (streams && process.stdout.isTTY === true))
    return { count: () => {}, done: () => {} };
  let shown = 0;
  return {
    count: (number) => {
      const now = Date.now();
      if (now - shown < 200) return;
      shown = now;
      process.stderr.write(`\r${number} ${what} …`);
    },
    done: () => process.stderr.write("\r\x1b[K"),
  };
}

/** How much of long work is done, in percent, on standard error while somebody watches. */
export function shareProgress(what: string): {
  readonly tell: (done: number, of: number) => void;
  readonly done: () => void;
} {
  if (process.stderr.isTTY !== true) return { tell: () => {}, done: () => {} };
  const start = Date.now();
  let shown = start;
  return {
    tell: (done, of) => {
      const now = Date.now();
      if (now - start < 300 || now - shown < 100) return;
      shown = now;
      process.stderr.write(`\r${what} … ${Math.floor((100 * done) / Math.max(of, 1))} %`);
    },
    done: () => process.stderr.write("\r\x1b[K"),
  };
}
