// What the built command costs from start to end, beside Node's own start in the same minute.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** What `--version` may take, in starts of Node alone. */
const mostOfVersion = 1.5;
/** What `analyze` of a host of 100 containers may take, in milliseconds, where Node alone takes no more than 100. */
const mostOfAnalyze = 400;
const usualStart = 100;

/** All of them in turn, so that what the machine does besides disturbs all alike; the fastest of each, in milliseconds of wall time. */
export function benchCommand(folder: string): boolean {
  const snapshot = join(folder, "host.zip");
  const lines: Readonly<Record<string, readonly string[]>> = {
    "node alone": ["-e", "0"],
    "--version": ["dist/cli.js", "--version"],
    "analyze, 100 containers captured inside": ["dist/cli.js", "analyze", snapshot],
    "check of the same": ["dist/cli.js", "check", snapshot, "--fail-on", "never"],
  };
  const least = Object.values(lines).map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < 9; round++)
    Object.values(lines).forEach((args, i) => {
      const start = performance.now();
      const { status, stderr } = spawnSync(process.execPath, args);
      if (status !== 0) throw new Error(stderr.toString());
      least[i] = Math.min(least[i] ?? 0, performance.now() - start);
    });
  const [node = 0, version = 0, analyze = 0] = least;
  const allowed = ["", `, of ${mostOfVersion.toFixed(1)} allowed`, `, of ${most(node).toFixed(0)} ms allowed`, ""];
  Object.keys(lines).forEach((line, i) => {
    const ms = least[i] ?? 0;
    console.log(`${line}: ${ms.toFixed(0)} ms, ${(ms / node).toFixed(2)} × Node alone${allowed[i]}`);
  });
  return version <= mostOfVersion * node && analyze <= most(node);
}

/** On a slower machine in proportion. */
const most = (node: number): number => mostOfAnalyze * Math.max(1, node / usualStart);
