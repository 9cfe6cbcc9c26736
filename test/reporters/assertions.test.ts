import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assertPolicy } from "../../src/operations/assert.ts";
import { readPolicy } from "../../src/policy/read/read-policy.ts";
import { assertionsReporters } from "../../src/reporters/assertions/registry.ts";
import { assertionsJsonSchema, assertionsSchema } from "../../src/results/assertions.ts";
import { hostSnapshot } from "../support/fixtures.ts";
import { hostileText } from "../support/hostile.ts";
import { assertionsNamed } from "../support/hostile-assertions.ts";
import { testWith } from "../support/tools.ts";

const plain = { width: 100, color: false, verbose: false };
const policy = readPolicy(readFileSync("fixtures/policies/shop.yml", "utf8"), "shop.yml");
const shop = assertPolicy(await hostSnapshot("compose-docker28"), policy);

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
      .text(assertionsNamed("x"), plain)
      .split("\n")
      .map((line) => line[0] ?? "")
      .filter((mark) => "✗?~✓".includes(mark) && mark !== "");
    expect(marks.join("")).toBe("✗?~✓");
    expect(assertionsReporters.text(assertionsNamed("x"), plain)).toMatch(
      /^1 of 4 assertions fails, 1 cannot be judged, 1 unknown and allowed to be \(x, 7 questions asked\)/,
    );
  });

  test("assumptions are counted, and named when asked for", () => {
    expect(assertionsReporters.text(assertionsNamed("x"), plain)).toContain("1 thing assumed; -v names them");
    expect(assertionsReporters.text(assertionsNamed("x"), { ...plain, verbose: true })).toContain("assumed: x");
  });
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
    const documents = [shop, ...names.map(assertionsNamed)].map((report) => assertionsReporters.junit(report, plain));
    const script = "import json,sys,xml.dom.minidom as m\nfor d in json.load(sys.stdin): m.parseString(d.encode())";
    const { status, stderr } = spawnSync("python3", ["-c", script], {
      input: JSON.stringify(documents),
      encoding: "utf8",
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});
