import type { CheckReport } from "../../src/checks/check.ts";
import type { Example } from "../../src/checks/examples/example.ts";
import { checks } from "../../src/checks/registry.ts";
import { runChecks } from "../../src/checks/run-checks.ts";
import { rebuildAgain } from "./captured.ts";
import { exampleSnapshot } from "./example-snapshot.ts";
import { once } from "./fixtures.ts";

const known = new WeakMap<Example, CheckReport>();

/** What all checks say of an example, told once in a worker. */
export const reportOf = (example: Example): CheckReport =>
  once(known, example, () => {
    const snapshot = exampleSnapshot(example);
    return runChecks(rebuildAgain(snapshot), snapshot, checks);
  });
