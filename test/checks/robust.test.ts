import { describe, expect, test } from "vitest";
import type { CaptureKind } from "../../src/captures/kinds.ts";
import type { Snapshot } from "../../src/captures/snapshot.ts";
import type { CheckReport } from "../../src/checks/check.ts";
import { checks } from "../../src/checks/registry.ts";
import { runChecks } from "../../src/checks/run-checks.ts";
import { flatten } from "../../src/operations/count-findings.ts";
import type { FindingsReport } from "../../src/results/findings.ts";
import { rebuildAgain } from "../support/captured.ts";
import { someOf } from "../support/extent.ts";
import { hostFindings, hostSnapshot } from "../support/fixtures.ts";

const hosts = ["flushed-docker28-after", "drift-docker28", "dockeruser-docker28", "notes"];

const checkAgain = (snapshot: Snapshot): CheckReport => runChecks(rebuildAgain(snapshot), snapshot, checks);

const namesOf = (report: Pick<FindingsReport, "findings">): string[] =>
  flatten(report.findings).map((one) => `${one.check} ${one.subject.kind} ${one.subject.name}`);

/** The snapshot as if one kind of capture had not been taken, on the host and inside containers alike. */
function without(snapshot: Snapshot, kind: CaptureKind): Snapshot {
  return { ...snapshot, captures: snapshot.captures.filter((capture) => capture.kind !== kind) };
}

describe.each(hosts)("%s", (host) => {
  test("deleting a capture throws nothing, adds no finding, and lets no check pass that had one", async () => {
    const snapshot = await hostSnapshot(host);
    const report = await hostFindings(host);
    const whole = new Set(namesOf(report));
    const failing = new Set(flatten(report.findings).map((one) => one.check));
    // A capture that is not there contradicts no other one.
    failing.delete("capture-incomplete-or-skewed");
    const kinds = [...new Set(snapshot.captures.map((capture) => capture.kind))];
    for (const kind of someOf(kinds, 3)) {
      const rest = checkAgain(without(snapshot, kind));
      const added = namesOf(rest).filter((name) => !whole.has(name));
      const passed = rest.passed.filter((id) => failing.has(id));
      expect({ kind, added, passed }).toEqual({ kind, added: [], passed: [] });
    }
  });

  test("the order of the captures changes nothing", async () => {
    const snapshot = await hostSnapshot(host);
    const reversed = { ...snapshot, captures: snapshot.captures.toReversed() };
    expect(namesOf(checkAgain(reversed)).sort()).toEqual(namesOf(await hostFindings(host)).sort());
  });
});
