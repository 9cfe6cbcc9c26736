import { describe, expect, it } from "vitest";
import type { CaptureKind } from "../../src/captures/kinds.ts";
import type { CaptureOk, Snapshot } from "../../src/captures/snapshot.ts";
import type { Finding } from "../../src/checks/check.ts";
import { checks } from "../../src/checks/registry.ts";
import { runChecks } from "../../src/checks/run-checks.ts";
import { rebuildHost } from "../../src/operations/analyze.ts";
import { hostSnapshot } from "../support/fixtures.ts";

const all = (findings: readonly Finding[]): string[] =>
  findings.flatMap(({ check, subject, consequences }) => [`${check} ${subject.name}`, ...all(consequences)]);

const found = (snapshot: Snapshot): string[] => all(runChecks(rebuildHost(snapshot), snapshot, checks).findings);

/** The snapshot with one capture of the host cut off somewhere, as a paste is. */
const cut = (snapshot: Snapshot, kind: CaptureKind, text: (whole: string) => string): Snapshot => ({
  ...snapshot,
  captures: snapshot.captures.map((capture) =>
    capture.state === "ok" && capture.kind === kind && capture.netns === null
      ? { ...capture, text: text(capture.text) }
      : capture,
  ),
});

const beginning = (share: number) => (whole: string) => whole.slice(0, Math.floor(whole.length * share));

describe("a list that breaks off", () => {
  const cases = (["compose-docker28", "drift-docker28"] as const).flatMap((host) =>
    (["docker-network-inspect", "docker-inspect"] as const).flatMap((kind) =>
      [0.1, 0.4, 0.8].map((share) => [host, kind, share] as const),
    ),
  );

  it.each(cases)("%s: %s, of which %d is left, makes nothing wrong that is right", async (host, kind, share) => {
    const whole = await hostSnapshot(host);
    const known = new Set(found(whole));
    const fresh = found(cut(whole, kind, beginning(share))).filter(
      (one) => !known.has(one) && !one.startsWith("capture-incomplete-or-skewed "),
    );
    expect(fresh).toEqual([]);
  });

  it("is said to be not whole, and no check that needs it passes", async () => {
    const whole = await hostSnapshot("compose-docker28");
    const snapshot = cut(whole, "docker-network-inspect", beginning(0.6));
    const { passed, skipped, findings } = runChecks(rebuildHost(snapshot), snapshot, checks);
    const needing = checks.filter(({ needs }) => needs.includes("docker-network-inspect")).map(({ id }) => id);
    expect(passed.filter((id) => needing.some((one) => one === id))).toEqual([]);
    expect(skipped.filter(({ why }) => why.includes("docker-network-inspect is not whole")).length).toBeGreaterThan(10);
    expect(findings.map(({ message }) => message).join()).toContain("is not whole: what is missing in it is unknown");
    const ok = snapshot.captures.find(
      (one): one is CaptureOk => one.kind === "docker-network-inspect" && one.state === "ok",
    );
    expect(rebuildHost(snapshot).captures.find(({ file }) => file === ok?.file)).toMatchObject({ truncated: true });
  });
});
