import { describe, expect, it } from "vitest";
import type { CaptureOk, Snapshot } from "../../src/captures/snapshot.ts";
import { compareRules } from "../../src/docker-rules/compare.ts";
import type { LayoutId } from "../../src/docker-rules/layout.ts";
import { rebuildAgain } from "../support/captured.ts";
import { someOf } from "../support/extent.ts";
import { bundledHost, hostNames, hostSnapshot } from "../support/fixtures.ts";

const layouts: Readonly<Record<string, LayoutId>> = {
  docker20: "18.03.1",
  docker26: "18.03.1",
  docker28: "28.2",
  docker29: "29",
  docker29nft: "nftables",
};

const engineOf = (name: string): string => name.split("-").find((part) => part.startsWith("docker2")) ?? "";

/** What was added by hand in `drift`; to nftables, where iptables has no chain DOCKER, it could not be. */
const byHand = "-p tcp -m tcp --dport 9999 -j DNAT --to-destination 172.18.0.99:80";

const ofEngines = hostNames.filter((name) => engineOf(name) !== "");
describe.each(someOf(ofEngines, 2))("the rules of %s", (name) => {
  it("are those of its engine's layout", async () => {
    const { layout } = compareRules(await bundledHost(name));
    expect(layout).toMatchObject({ id: layouts[engineOf(name)], otherLayouts: [] });
    expect(layout?.marks).not.toEqual([]);
  });

  it.skipIf(/^flushed-.*-after$/.test(name))("are all that this engine writes, in order", async () => {
    const { families } = compareRules(await bundledHost(name));
    expect(families.length).toBeGreaterThan(0);
    for (const { expected, missing, misplaced, chains, foreign, family } of families) {
      expect(missing.map((one) => one.expected.text)).toEqual([]);
      expect(misplaced).toEqual([]);
      expect(chains).toEqual([]);
      const isDrift = name.startsWith("drift") && !name.endsWith("nft") && family === 4;
      expect(foreign.map(({ text }) => text)).toEqual(isDrift ? [byHand] : []);
      if (family === 4) expect(expected.length).toBeGreaterThan(15);
    }
  });
});

describe.each(hostNames.filter((name) => /^flushed-.*-after$/.test(name)))("%s", (name) => {
  it("lacks what -F FORWARD and -t nat -F took, and nothing else", async () => {
    const [v4] = compareRules(await bundledHost(name)).families;
    const flushed = (table: string, chain: string) => table === "nat" || (table === "filter" && chain === "FORWARD");
    const taken = v4?.expected.filter(({ table, chain }) => flushed(table, chain)) ?? [];
    expect(taken.length).toBeGreaterThan(5);
    expect(v4?.missing.map((one) => one.expected)).toEqual(taken);
    expect(v4?.chains).toMatchObject([{ table: "nat", name: "DOCKER", state: "empty" }]);
    for (const { evidence } of v4?.missing ?? []) expect(evidence.length).toBeGreaterThan(1);
  });
});

const ruleful = ["compose-docker28", "compose-docker20", "compose-docker29", "noicc-noproxy-docker28"];
describe.each(someOf(ruleful, 2))("%s without one of its rules", (name) => {
  it("lacks just that one, unless it only returns", async () => {
    const snapshot = await hostSnapshot(name);
    const base = largest(snapshot);
    const lines = base.text.split("\n");
    for (const [at, line] of lines.entries()) {
      if (!line.includes("-A ") || / -j RETURN$/.test(line.replace(/^.*-A DOCKER -i \S+ -j RETURN$/, ""))) continue;
      const text = lines.toSpliced(at, 1).join("\n");
      const [v4] = compareRules(rebuildAgain(replaceRules(snapshot, { ...base, text }))).families;
      expect(v4?.missing.length, line).toBe(1);
      expect(line.replaceAll("/32", "")).toContain(v4?.missing[0]?.expected.text.replaceAll("/32", ""));
    }
  });
});

function largest(snapshot: Snapshot): CaptureOk {
  const found = snapshot.captures
    .filter((capture) => capture.state === "ok")
    .filter(({ kind, netns }) => kind === "iptables-save" && netns === null)
    .toSorted((a, b) => b.text.length - a.text.length);
  const [first] = found;
  if (first === undefined) throw new Error("no rules were captured");
  return first;
}

/** What the expected rules are made from, and the given rules. */
const replaceRules = (snapshot: Snapshot, by: CaptureOk): Snapshot => ({
  ...snapshot,
  captures: [...snapshot.captures.filter(({ kind }) => /^docker-(network-)?inspect$|^docker-version$/.test(kind)), by],
});
