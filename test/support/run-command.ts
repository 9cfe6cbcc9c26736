import { spawnSync } from "node:child_process";
import { Readable } from "node:stream";
import { run } from "../../src/cli/program.ts";
import { isAll } from "./extent.ts";

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

/**
 * The same in this process, which has the command's modules already: a tenth of the time. `npm run test:all` runs the built
 * command for a third of all command lines.
 */
export async function runHere(args: readonly string[], input: string | Uint8Array = ""): Promise<Outcome> {
  if (isAll && args.join(" ").length % 3 === 0) return runCommand(args, input);
  const said = { stdout: "", stderr: "" };
  const take = (stream: "stdout" | "stderr") => (text: string, done?: () => void) => {
    said[stream] += text;
    done?.();
    return true;
  };
  const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env;
  const instead = [
    [process, "env", env],
    [process, "stdin", Readable.from([Buffer.from(input)], { objectMode: false })],
    [process.stdout, "write", take("stdout")],
    [process.stderr, "write", take("stderr")],
    [process.stdout, "isTTY", false],
    [process.stderr, "isTTY", false],
  ] as const;
  const before = instead.map(
    ([object, name]) => [object, name, Object.getOwnPropertyDescriptor(object, name)] as const,
  );
  try {
    for (const [object, name, value] of instead) Object.defineProperty(object, name, { value, configurable: true });
    return { status: await run(args), ...said };
  } finally {
    for (const [object, name, own] of before) {
      if (own === undefined) Reflect.deleteProperty(object, name);
      else Object.defineProperty(object, name, own);
    }
  }
}

/** A run as a golden file shows it: the command, its exit code, and what it said on either output. */
export async function showRun(args: readonly string[], input?: string | Uint8Array): Promise<string> {
  const { status, stdout, stderr } = await runHere(args, input);
  return [
    `$ vethscope ${args.join(" ")}${input === undefined ? "" : " < input"}`,
    `exit code ${status}`,
    "--- standard output",
    stdout,
    "--- standard error",
    stderr,
  ].join("\n");
}
