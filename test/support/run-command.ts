import { spawnSync } from "node:child_process";

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command from the root of the project, with no wish about colours in its environment. */
export function runCommand(
  args: readonly string[],
  input: string | Uint8Array = "",
  env: NodeJS.ProcessEnv = {},
): Outcome {
  const { NO_COLOR: _, FORCE_COLOR: __, ...usual } = process.env;
  const { status, stdout, stderr, error } = spawnSync(process.execPath, ["dist/cli.js", ...args], {
    input,
    encoding: "utf8",
    env: { ...usual, ...env },
    maxBuffer: 1 << 28,
  });
  if (error !== undefined) throw error;
  return { status, stdout, stderr };
}

/** A run as a golden file shows it: the command, its exit code, and what it said on either output. */
export function showRun(args: readonly string[], input?: string | Uint8Array): string {
  const { status, stdout, stderr } = runCommand(args, input);
  return [
    `$ vethscope ${args.join(" ")}${input === undefined ? "" : " < input"}`,
    `exit code ${status}`,
    "--- standard output",
    stdout,
    "--- standard error",
    stderr,
  ].join("\n");
}
