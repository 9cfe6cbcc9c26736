/** How the command ends, for scripts and CI. */
export const exitCodes = {
  fine: 0,
  /** Findings at or above the asked severity, or changes. */
  found: 1,
  usage: 2,
  /** Unreadable input, lines not understood under `--strict`, or an internal error. */
  failed: 3,
  /** `check` could say nothing of the host: the snapshot is not enough for any check. The collector's 4 means the same. */
  unsaid: 4,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Where a command leaves its exit code. */
export interface CommandResult {
  exitCode: ExitCode;
}
