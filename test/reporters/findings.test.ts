import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import Ajv from "ajv";
import fc from "fast-check";
import MarkdownIt from "markdown-it";
import { describe, expect, test } from "vitest";
import { examplesById } from "../../src/checks/all-examples.ts";
import { checks } from "../../src/checks/registry.ts";
import { analyzeAndCheck, check, withoutKnown } from "../../src/operations/check.ts";
import { countSeverities, flatten, reaches } from "../../src/operations/count-findings.ts";
import { catalogueMarkdown } from "../../src/reporters/findings/catalogue.ts";
import { neededBy } from "../../src/reporters/findings/headline.ts";
import { findingsReporters } from "../../src/reporters/findings/registry.ts";
import { findingsJsonSchema, findingsSchema } from "../../src/results/findings.ts";
import { hostFindings, hostSnapshot } from "../support/fixtures.ts";
import { hostileText } from "../support/hostile.ts";
import { findingsNamed } from "../support/hostile-findings.ts";
import { snapshotOf } from "../support/snapshot-of.ts";
import { testWith } from "../support/tools.ts";

// The schema comes with a package of matchers for another test runner; it is of draft 4.
const require = createRequire(import.meta.url);
const ajv = new Ajv({
  schemaId: "id",
  unknownFormats: "ignore",
  meta: require("ajv/lib/refs/json-schema-draft-04.json") as object,
});
const isSarif = ajv.compile(require("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json") as object);

const plain = { width: 100, color: false };
const hosts = {
  flushed: await hostSnapshot("flushed-docker28-after"),
  nftables: await hostSnapshot("compose-docker29nft"),
} as const;
const flushed = await hostFindings("flushed-docker28-after");
const untouched = await hostFindings("seed-docker28");

test("the published schema is that of the code, and real reports are what it says", async () => {
  await expect(`${JSON.stringify(findingsJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(
    "../../schema/findings.schema.json",
  );
  for (const report of [flushed, untouched]) expect(findingsSchema.parse(report)).toEqual(report);
});

test("the catalogue in docs is the registry's", async () => {
  await expect(catalogueMarkdown(checks, examplesById)).toMatchFileSnapshot("../../docs/checks.md");
});

describe("formats", () => {
  test("SARIF is valid, with locations in the captures", () => {
    for (const report of [flushed, untouched, findingsNamed("x")]) {
      const log = JSON.parse(findingsReporters.sarif(report, plain)) as {
        runs: { results: { locations: unknown[] }[] }[];
      };
      expect({ valid: isSarif(log), errors: isSarif.errors }).toEqual({ valid: true, errors: null });
      const results = log.runs[0]?.results ?? [];
      expect(results).toHaveLength(flatten(report.findings).length);
      for (const { locations } of results) expect(locations).toHaveLength(1);
    }
  });

  testWith(["python3"], "JUnit is well-formed XML whatever the names are", () => {
    const names = fc.sample(hostileText, { numRuns: 60, seed: 7 });
    const documents = [flushed, ...names.map(findingsNamed)].map((report) => findingsReporters.junit(report, plain));
    const script = "import json,sys,xml.dom.minidom as m\nfor d in json.load(sys.stdin): m.parseString(d.encode())";
    const { status, stderr } = spawnSync("python3", ["-c", script], {
      input: JSON.stringify(documents),
      encoding: "utf8",
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test("text keeps commands whole", () => {
    const long = `iptables -A ${"x".repeat(500)} END`;
    const [finding] = findingsNamed("web").findings;
    if (finding === undefined) throw new Error("the report has a finding");
    const report = {
      ...findingsNamed("web"),
      findings: [{ ...finding, fix: { text: "t", commands: [long], cutsTraffic: false } }],
    };
    expect(findingsReporters.text(report, plain)).toContain(long);
  });

  test("Markdown has the same blocks and no other markup, whatever the names are", () => {
    const renderer = new MarkdownIt({ html: true, linkify: true });
    const kinds = (name: string) => {
      const tokens = renderer.parse(findingsReporters.markdown(findingsNamed(name), plain), {});
      return {
        blocks: tokens.map(({ type }) => type),
        markup: new Set(tokens.flatMap(({ children }) => (children ?? []).map(({ type }) => type))),
      };
    };
    const usual = kinds("web");
    fc.assert(
      fc.property(hostileText, (name) => {
        const { blocks, markup } = kinds(name);
        expect(blocks).toEqual(usual.blocks);
        for (const kind of markup) expect(["text", "code_inline"]).toContain(kind);
      }),
      { numRuns: 200 },
    );
  });

  test("JSON is the report", () => {
    expect(JSON.parse(findingsReporters.json(flushed, plain))).toEqual(flushed);
  });
});

describe("how much was looked at", () => {
  const nothing = check(snapshotOf({ "resolv-conf": "nameserver 192.0.2.53\n" }));
  const unevaluated = check(hosts.nftables);

  test("each check is in one of three counts, the same for check and analyze", () => {
    for (const [snapshot, report] of [
      [hosts.flushed, flushed],
      [hosts.nftables, unevaluated],
    ] as const) {
      const { of, ran, inPart, notRun } = report.counts;
      expect(of).toBe(checks.length);
      expect(ran + inPart + notRun).toBe(of);
      expect(report.skipped.length).toBe(inPart + notRun);
      expect(analyzeAndCheck(snapshot).findings).toMatchObject({ ran, skipped: inPart + notRun, notRun, judged: true });
    }
  });

  test("a choice of checks is counted as chosen, and one is one", () => {
    const report = check(hosts.flushed, { only: ["docker-chains-missing"] });
    expect(report.counts).toEqual({ of: 1, ran: 1, inPart: 0, notRun: 0 });
    expect(findingsReporters.text(report, plain)).toContain("(1 check ran)");
  });

  test("that a baseline has a finding already does not change how many checks ran", () => {
    const report = withoutKnown(flushed, flushed);
    expect(report.findings).toEqual([]);
    expect(report).toMatchObject({ counts: flushed.counts, judged: true });
  });

  test("nothing found by some checks is never said alone", () => {
    const { ran, of, inPart } = unevaluated.counts;
    expect(unevaluated.findings).toEqual([]);
    expect(inPart).toBeGreaterThan(5);
    const [headline] = findingsReporters.text(unevaluated, plain).split("\n");
    expect(headline).toBe(`nothing found by ${ran} of ${of} checks (${inPart} more in part)`);
    expect(findingsReporters.markdown(unevaluated, plain)).toContain(`nothing found by ${ran} of ${of} checks`);
  });

  test("where no check could run every format says that it cannot say, and what it needs", () => {
    expect(nothing).toMatchObject({ judged: false, findings: [], passed: [], counts: { ran: 0 } });
    const said = `cannot say: 0 of ${checks.length} checks could run`;
    for (const format of ["text", "markdown", "sarif", "junit"] as const)
      expect(findingsReporters[format](nothing, plain)).toContain(said);
    for (const command of ["docker network inspect $(docker network ls -q)", "ip a", "iptables-save -c"])
      expect(findingsReporters.text(nothing, plain)).toContain(`$ ${command}\n`);
    expect(JSON.parse(findingsReporters.sarif(nothing, plain))).toMatchObject({
      runs: [{ invocations: [{ executionSuccessful: false }] }],
    });
    expect(findingsReporters.junit(nothing, plain)).toContain(`failures="0" errors="0" skipped="${checks.length}"`);
    expect(isSarif(JSON.parse(findingsReporters.sarif(nothing, plain)))).toBe(true);
  });

  test("the commands that are named let most of those run that could not", () => {
    const { commands, runs } = neededBy(nothing);
    const waiting = nothing.skipped.filter(({ lacks }) => lacks.length > 0);
    expect(runs * 2).toBeGreaterThan(waiting.length);
    const could = waiting.filter(({ lacks }) => lacks.every((command) => commands.includes(command)));
    expect(could).toHaveLength(runs);
  });

  test("a check that found something on the snapshot alone says nothing of the host", () => {
    const cut = check(snapshotOf({ "iptables-save": "*filter\n:FORWARD DROP [0:0]\n" }), {
      only: ["capture-incomplete-or-skewed", "docker-chains-missing"],
    });
    expect(cut.findings.map((one) => one.check)).toEqual(["capture-incomplete-or-skewed"]);
    expect(cut.judged).toBe(false);
    expect(findingsReporters.text(cut, plain)).toMatch(/^1 warning\ncannot say: 0 of 2 checks could run/);
  });
});

describe("severities and baselines", () => {
  test("a flushed firewall is one finding with its consequences below it", () => {
    const errors = flushed.findings.filter(({ severity }) => severity === "error");
    expect(errors.map((one) => one.check)).toEqual(["docker-chains-missing"]);
    expect(errors[0]?.consequences.length).toBeGreaterThan(3);
    expect(reaches(flushed, "error")).toBe(true);
    expect(countSeverities(flushed).error).toBeGreaterThan(1);
  });

  test("an untouched host reaches nothing", () => {
    expect(reaches(untouched, "warning")).toBe(false);
  });

  test("what a baseline has is left out, with what follows from it", () => {
    expect(withoutKnown(flushed, flushed).findings).toEqual([]);
    const [first, ...others] = flushed.findings;
    expect(withoutKnown(flushed, { ...flushed, findings: others }).findings).toEqual([first]);
  });
});
