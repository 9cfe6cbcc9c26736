// What answering costs: a tracer, one question after loading, and many in one run.
import { rebuildHost } from "../src/operations/analyze.ts";
import { reportAnswer } from "../src/operations/report-answer.ts";
import { makeTracer, type Question } from "../src/trace/trace.ts";
import type { Size } from "../test/support/synthetic-host.ts";
import { syntheticSnapshot } from "../test/support/synthetic-snapshot.ts";

const sizes: readonly Size[] = [
  { containers: 40, rules: 100 },
  { containers: 100, rules: 6000 },
  { containers: 500, rules: 6000 },
];
const many = 20_000;

/** From outside, outwards, to the host itself past all rules of INPUT, and between containers. */
type Ask = (n: number, containers: number) => Question;
const kinds: readonly [Ask, ...Ask[]] = [
  (n, containers) => ({ from: "203.0.113.50@eth0", to: `192.0.2.10:${10_000 + (n % containers)}` }),
  (n, containers) => ({ from: `service-${1 + (n % containers)}`, to: "203.0.113.9:443" }),
  (n) => ({ from: `203.0.113.${1 + (n % 250)}@eth0`, to: "192.0.2.10:22" }),
  (n, containers) => ({ from: `service-${1 + (n % containers)}`, to: `10.64.0.${2 + (n % 20)}:80` }),
];

export function benchTrace(): void {
  const columns = ["containers", "rules", "tracer ms", "one trace ms", "worst ms", `${many} questions s`];
  console.log(`\n${columns.join("  ")}`);
  for (const size of sizes) {
    const host = rebuildHost(syntheticSnapshot(size));
    const [tracer, made] = timed(() => makeTracer(host));
    const ask = (n: number) => reportAnswer(tracer.trace((kinds[n % kinds.length] ?? kinds[0])(n, size.containers)));
    for (let n = 0; n < 100; n++) ask(n);
    const each = Array.from({ length: 200 }, (_, n) => timed(() => ask(n))[1]).sort((a, b) => a - b);
    const [, all] = timed(() => {
      for (let n = 0; n < many; n++) ask(n);
    });
    const cells = [
      size.containers,
      size.rules,
      made.toFixed(0),
      (each[100] ?? 0).toFixed(2),
      (each.at(-1) ?? 0).toFixed(2),
      (all / 1000).toFixed(1),
    ];
    console.log(cells.map((cell, i) => String(cell).padStart(columns[i]?.length ?? 0)).join("  "));
  }
}

function timed<T>(run: () => T): readonly [result: T, ms: number] {
  const start = performance.now();
  const result = run();
  return [result, performance.now() - start];
}
