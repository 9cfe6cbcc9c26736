import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import type { CaptureOk, Snapshot } from "../../src/captures/snapshot.ts";
import { examplesById } from "../../src/checks/all-examples.ts";
import type { Check, Finding } from "../../src/checks/check.ts";
import type { Example, Examples } from "../../src/checks/examples/example.ts";
import { checks as registered } from "../../src/checks/registry.ts";
import { runChecks } from "../../src/checks/run-checks.ts";
import { rebuildAgain } from "../support/captured.ts";
import { reportOf } from "../support/example-reports.ts";
import { exampleSnapshot } from "../support/example-snapshot.ts";
import { someOf } from "../support/extent.ts";

/** The checks as they stand on disk, whether the registry has them or not, and the examples beside them. */
const folder = new URL("../../src/checks/", import.meta.url);
const frame = new Set(["check.ts", "run-checks.ts", "registry.ts", "all-examples.ts"]);
const modules = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
  (name) => name.endsWith(".ts") && !frame.has(name) && !name.startsWith("examples/"),
);
const suffix = ".examples.ts";
const exportsOf = async (file: string): Promise<Readonly<Record<string, unknown>>> =>
  import(new URL(file, folder).href);

const checks: { readonly file: string; readonly check: Check }[] = [];
for (const file of modules.filter((name) => !name.endsWith(suffix)))
  for (const value of Object.values(await exportsOf(file))) if (isCheck(value)) checks.push({ file, check: value });

it("all checks on disk are in the registry", () => {
  expect(checks.map(({ check }) => check.id).toSorted()).toEqual(registered.map(({ id }) => id).toSorted());
});

it("beside each check lie its examples, and beside nothing else; all of them are put together under its id", async () => {
  const onDisk = modules.filter((name) => name.endsWith(suffix));
  expect(onDisk.toSorted()).toEqual(checks.map(({ file }) => file.replace(/\.ts$/, suffix)).toSorted());
  const entries: [string, unknown][] = [];
  for (const file of onDisk) entries.push([basename(file, suffix), (await exportsOf(file))["examples"]]);
  const together = new Map<string, unknown>(Object.entries(examplesById));
  expect([...together.keys()]).toEqual(registered.map(({ id }) => id));
  for (const [id, examples] of entries) expect(together.get(id), id).toBe(examples);
});

function isCheck(value: unknown): value is Check {
  return typeof value === "object" && value !== null && "id" in value && "run" in value;
}

const examplesOf = ({ id }: Check): Examples =>
  new Map<string, Examples>(Object.entries(examplesById)).get(id) ?? { bad: [], good: [] };

describe.each(checks)("$check.id", ({ file, check }) => {
  const { bad, good } = examplesOf(check);

  it("is in the file of its name, in its category's folder, and says everything about itself", () => {
    expect(file).toBe(`${check.category}/${check.id}.ts`);
    for (const text of [check.title, check.why, check.fix]) expect(text.trim()).not.toBe("");
    expect(check.sources.length).toBeGreaterThan(0);
    expect(bad.length).toBeGreaterThan(0);
    expect(good.length).toBeGreaterThan(1);
  });

  it.each(bad)("finds: $name", (example) => {
    const found = findingsIn(example);
    expect(found.map((finding) => finding.check)).toContain(check.id);
    for (const finding of found.filter((one) => one.check === check.id)) {
      expect(finding.message).toMatch(/\.$/);
      expect(finding.fix?.text ?? "").not.toContain("is withheld");
      expect(finding.evidence.length).toBeGreaterThan(0);
      for (const { quote } of finding.evidence) expect(quote).not.toBe("");
    }
    expect(othersIn(found, check.id, example)).toEqual([]);
  });

  it.each(good)("leaves alone: $name", (example) => {
    const found = findingsIn(example);
    expect(found.map((finding) => finding.check)).not.toContain(check.id);
    expect(othersIn(found, check.id, example)).toEqual([]);
    if (example.skipped === true) expect(reportOf(example).skipped.map((one) => one.check)).toContain(check.id);
  });

  it("passes where all that it asks for was captured", () => {
    expect(good.flatMap((example) => reportOf(example).passed)).toContain(check.id);
  });

  // What a capture may show is not said to be in order without it. This check alone is about the captures that are there.
  it.skipIf(check.id === "capture-incomplete-or-skewed").each(someOf(bad, 4))(
    "never passes without one of the captures of: $name",
    (example) => {
      const snapshot = exampleSnapshot(example);
      for (const { kind, netns } of someOf(snapshot.captures, 2)) {
        const isGone = (one: CaptureOk) => one.kind === kind && (one.netns === null) === (netns === null);
        const rest = { ...snapshot, captures: snapshot.captures.filter((one) => !isGone(one as CaptureOk)) };
        expect(outcomeOf(check, rest), `without ${kind}`).not.toBe("passed");
      }
    },
  );
});

function outcomeOf(check: Check, snapshot: Snapshot): "found" | "skipped" | "passed" {
  const { findings, skipped } = runChecks(rebuildAgain(snapshot), snapshot, [check]);
  return findings.length > 0 ? "found" : skipped.length > 0 ? "skipped" : "passed";
}

/** What other checks find in it without the example's saying so; what is only worth knowing may be found anywhere. */
function othersIn(found: readonly Finding[], id: string, { alsoFinds = [] }: Example): readonly string[] {
  return found
    .filter((finding) => finding.check !== id && finding.severity !== "info" && !alsoFinds.includes(finding.check))
    .map(({ check, message }) => `${check}: ${message}`);
}

const findingsIn = (example: Example): readonly Finding[] => reportOf(example).findings.flatMap(withConsequences);

const withConsequences = (finding: Finding): readonly Finding[] => [
  finding,
  ...finding.consequences.flatMap(withConsequences),
];
