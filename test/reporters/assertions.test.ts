import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AssertionsReport, assertionsJsonSchema, assertionsSchema } from "../../src/assertions.ts";
import { readPolicy } from "../../src/policy/read-policy.ts";
import { assertionsReporters } from "../../src/reporters/assertions/registry.ts";
import { runAssertions } from "../../src/run-assertions.ts";
import { hostSnapshot } from "../support/fixtures.ts";
import { hostileText } from "../support/hostile.ts";
import { testWith } from "../support/tools.ts";

const plain = { width: 100, color: false, verbose: false };
const policy = readPolicy(readFileSync("fixtures/policies/shop.yml", "utf8"), "shop.yml");
const shop = runAssertions(await hostSnapshot("compose-docker28"), policy);

/** A report in which everything that a snapshot or a policy can name is named after the given text. */
function reportNamed(name: string): AssertionsReport {
  const problem = {
    kind: "failed",
    message: `${name} reaches ${name}:80`,
    asked: { from: name, to: name },
    because: [name],
    evidence: [{ file: name, line: 3, quote: name }],
  } as const;
  const assertion = {
    name,
    rule: `deny: ${name} -> ${name}:80`,
    kind: "deny",
    line: 4,
    outcome: "failed",
    passes: false,
    problems: [problem, { ...problem, kind: "unknown" }],
    more: 3,
    assumes: [name],
    notes: [name],
  } as const;
  const open = { ...assertion, outcome: "unknown", problems: [problem] } as const;
  return {
    format: "vethscope-assertions",
    version: 1,
    snapshot: { hostname: name, takenAt: name },
    policy: name,
    passes: false,
    questions: 7,
    assertions: [
      assertion,
      open,
      { ...open, passes: true },
      { ...assertion, outcome: "passed", passes: true, problems: [], more: 0 },
    ],
  };
}

test("the published schema is that of the code, and real reports are what it says", async () => {
  await expect(`${JSON.stringify(assertionsJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(
    "../../schema/assertions.schema.json",
  );
  expect(assertionsSchema.parse(shop)).toEqual(shop);
  expect(JSON.parse(assertionsReporters.json(shop, plain))).toEqual(shop);
});

describe("text", () => {
  test("failures come first, then what is open, what is let pass, and what holds", () => {
    const marks = assertionsReporters
      .text(reportNamed("x"), plain)
      .split("\n")
      .map((line) => line[0] ?? "")
      .filter((mark) => "✗?~✓".includes(mark) && mark !== "");
    expect(marks.join("")).toBe("✗?~✓");
    expect(assertionsReporters.text(reportNamed("x"), plain)).toMatch(
      /^1 of 4 assertions fails, 1 cannot be judged, 1 unknown and allowed to be \(x, 7 questions asked\)/,
    );
  });

  test("assumptions are counted, and named when asked for", () => {
    expect(assertionsReporters.text(reportNamed("x"), plain)).toContain("1 thing assumed; -v names them");
    expect(assertionsReporters.text(reportNamed("x"), { ...plain, verbose: true })).toContain("assumed: x");
  });

  test("lets no control character through", () => {
    fc.assert(
      fc.property(hostileText, fc.boolean(), (name, verbose) => {
        expect(assertionsReporters.text(reportNamed(name), { ...plain, verbose })).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
      }),
      { numRuns: 200 },
    );
  });
});

test("JSON lets no control character through, either, and stays the report", () => {
  fc.assert(
    fc.property(hostileText, (name) => {
      const text = assertionsReporters.json(reportNamed(name), plain);
      expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
      expect(JSON.parse(text)).toEqual(reportNamed(name));
    }),
    { numRuns: 100 },
  );
});

describe("JUnit", () => {
  test("has a case for each assertion, failed where it does not pass", () => {
    const text = assertionsReporters.junit(shop, plain);
    const failures = shop.assertions.filter(({ passes }) => !passes).length;
    expect(text.match(/<testcase /g)).toHaveLength(shop.assertions.length);
    expect(text.match(/<failure /g)).toHaveLength(failures);
    expect(text).toContain(`tests="${shop.assertions.length}" failures="${failures}"`);
  });

  testWith(["python3"], "is well-formed XML whatever the names are", () => {
    const names = fc.sample(hostileText, { numRuns: 60, seed: 7 });
    const documents = [shop, ...names.map(reportNamed)].map((report) => assertionsReporters.junit(report, plain));
    const script = "import json,sys,xml.dom.minidom as m\nfor d in json.load(sys.stdin): m.parseString(d.encode())";
    const { status, stderr } = spawnSync("python3", ["-c", script], {
      input: JSON.stringify(documents),
      encoding: "utf8",
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});
