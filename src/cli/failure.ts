import { SnapshotError } from "../captures/snapshot.ts";
import { escapeTerminal } from "../lib/escape-terminal.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";

/** Something that the person at the terminal can put right; `message` is one line that says what is wrong and what to do. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = exitCodes.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The line for standard error, and the exit code, for whatever was thrown. */
export function explain(error: unknown): { readonly line: string; readonly exitCode: ExitCode } {
  if (error instanceof Failure) return { line: oneLine(error.message), exitCode: error.exitCode };
  if (error instanceof SnapshotError) return { line: oneLine(error.message), exitCode: exitCodes.failed };
  const what = error instanceof Error ? error.message : String(error);
  return {
    line: `${oneLine(`internal error: ${what}`)} (VETHSCOPE_DEBUG=1 shows where; please report it)`,
    exitCode: exitCodes.failed,
  };
}

const oneLine = (message: string): string => `vethscope: ${escapeTerminal(message, 400)}`;

/** What the system says about a file, in words; the code itself for the rare rest. */
export function fileTrouble(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  const words: Readonly<Record<string, string>> = {
    ENOENT: "no such file or folder",
    EACCES: "permission denied",
    EPERM: "permission denied",
    EISDIR: "is a folder",
    ENOTDIR: "a part of the path is not a folder",
    ENOSPC: "no space left on the device",
    EROFS: "the file system is read-only",
    ELOOP: "too many symbolic links",
    ENAMETOOLONG: "the name is too long",
  };
  return words[code] ?? code;
}
