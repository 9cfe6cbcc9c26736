// What `analyze` costs on a real host of 40 containers, which `npm run lab:host` sets up and captures: it is not in the repository.
import { existsSync } from "node:fs";
import { timeCommand, timed } from "../test/lab/stopwatch.ts";

export const largeHost = "bench/large-host.zip";

/** What it may take of the processor, in milliseconds, where Node alone takes no more than 100; else in proportion. */
const most = 500;
const usualStart = 100;

/** The median of seven runs, each after one of Node alone. Whether the bar was kept. */
export function benchRealHost(): boolean {
  if (!existsSync(largeHost)) {
    console.log(`a real host was not measured: make ${largeHost} with "npm run lab:host", as root`);
    return true;
  }
  const spent = (...args: readonly string[]) => timeCommand([...timed, process.execPath, ...args]).computing * 1000;
  const runs = Array.from({ length: 7 }, () => ({
    node: spent("-e", "0"),
    analyze: spent("dist/cli.js", "analyze", largeHost),
  }));
  const node = median(runs.map((run) => run.node));
  const analyze = median(runs.map((run) => run.analyze));
  const allowed = most * Math.max(1, node / usualStart);
  console.log(
    `analyze, a real host of 40 containers: ${analyze.toFixed(0)} ms of the processor, of ${allowed.toFixed(0)} allowed, where Node alone takes ${node.toFixed(0)}`,
  );
  return analyze <= allowed;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
