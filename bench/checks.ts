import { checks } from "../src/checks/registry.ts";
import { runChecks } from "../src/checks/run-checks.ts";
import { rebuildHost } from "../src/operations/analyze.ts";
import { makeTracer } from "../src/trace/trace.ts";
import { syntheticSnapshot } from "../test/support/synthetic-snapshot.ts";

/** What all checks of 200 containers with 10,000 rules may take, in milliseconds. */
const bar = 1000;

/** All checks of large hosts, in milliseconds of the processor: the fastest of three runs. Making the rules ready is part of it. */
export function benchChecks(): void {
  for (const size of [
    { containers: 20, rules: 1000 },
    { containers: 200, rules: 10_000 },
    { containers: 1000, rules: 10_000 },
  ]) {
    const snapshot = syntheticSnapshot(size);
    const runs = [1, 2, 3].map(() => {
      const host = rebuildHost(snapshot);
      const ready = spent(() => makeTracer(host));
      return { ready, all: spent(() => runChecks(host, snapshot, checks)) };
    });
    const least = (of: (run: (typeof runs)[number]) => number) => Math.min(...runs.map(of)).toFixed(0);
    const allowed = size.containers === 200 ? `, of ${bar} allowed` : "";
    console.log(
      `checks, ${size.containers} containers, ${size.rules} rules: ${least(({ all }) => all)} ms${allowed} (${least(({ ready }) => ready)} of them to make the rules ready)`,
    );
  }
}

function spent(run: () => unknown): number {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
