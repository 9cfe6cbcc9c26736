import { describe, expect, test } from "vitest";
import type { CaptureKind } from "../../src/captures/kinds.ts";
import type { Snapshot } from "../../src/captures/snapshot.ts";
import { check, type FindingsReport, flatten } from "../../src/findings.ts";
import { hostSnapshot } from "../support/fixtures.ts";

const hosts = ["flushed-docker28-after", "drift-docker28", "dockeruser-docker28", "notes"];

const namesOf = (report: FindingsReport): string[] =>
  flatten(report.findings).map((one) => `${one.check} ${one.subject.kind} ${one.subject.name}`);

/** The snapshot as if one kind of capture had not been taken, on the host and inside containers alike. */
function without(snapshot: Snapshot, kind: CaptureKind): Snapshot {
  return { ...snapshot, captures: snapshot.captures.filter((capture) => capture.kind !== kind) };
}

describe.each(hosts)("%s", (host) => {
  test("deleting a capture throws nothing and adds no finding", async () => {
    const snapshot = await hostSnapshot(host);
    const whole = new Set(namesOf(check(snapshot)));
    const kinds = new Set(snapshot.captures.map(({ kind }) => kind));
    for (const kind of kinds) {
      const added = namesOf(check(without(snapshot, kind))).filter((name) => !whole.has(name));
      expect({ kind, added }).toEqual({ kind, added: [] });
    }
  });

  test("the order of the captures changes nothing", async () => {
    const snapshot = await hostSnapshot(host);
    const reversed = { ...snapshot, captures: snapshot.captures.toReversed() };
    expect(namesOf(check(reversed)).sort()).toEqual(namesOf(check(snapshot)).sort());
  });
});
