import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import Ajv from "ajv";
import fc from "fast-check";
import MarkdownIt from "markdown-it";
import { describe, expect, test } from "vitest";
import { checks } from "../../src/checks/registry.ts";
import {
  countSeverities,
  findingsJsonSchema,
  findingsSchema,
  flatten,
  reaches,
  withoutKnown,
} from "../../src/findings.ts";
import { catalogueMarkdown } from "../../src/reporters/findings/catalogue.ts";
import { findingsReporters } from "../../src/reporters/findings/registry.ts";
import { hostFindings } from "../support/fixtures.ts";
import { hostileText } from "../support/hostile.ts";
import { findingsNamed } from "../support/hostile-findings.ts";
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
const flushed = await hostFindings("flushed-docker28-after");
const untouched = await hostFindings("seed-docker28");

test("the published schema is that of the code, and real reports are what it says", async () => {
  await expect(`${JSON.stringify(findingsJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(
    "../../schema/findings.schema.json",
  );
  for (const report of [flushed, untouched]) expect(findingsSchema.parse(report)).toEqual(report);
});

test("the catalogue in docs is the registry's", async () => {
  await expect(catalogueMarkdown(checks)).toMatchFileSnapshot("../../docs/checks.md");
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
