import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { reporters } from "../../src/reporters/analysis/registry.ts";
import { assertionsReporters } from "../../src/reporters/assertions/registry.ts";
import { comparisonReporters } from "../../src/reporters/comparison/registry.ts";
import { stat } from "../../src/reporters/comparison/stat.ts";
import { findingsReporters } from "../../src/reporters/findings/registry.ts";
import { runs } from "../support/extent.ts";
import { analysisNamed, hostileText } from "../support/hostile.ts";
import { assertionsNamed } from "../support/hostile-assertions.ts";
import { comparisonNamed } from "../support/hostile-comparison.ts";
import { findingsNamed } from "../support/hostile-findings.ts";

interface Options {
  readonly width: number;
  readonly color: boolean;
  readonly verbose: boolean;
}
type Output = readonly [name: string, print: (name: string, options: Options) => string];

/** Every format of every command, of what has the given text in all its fields. */
function outputsOf<Report>(
  command: string,
  formats: Readonly<Record<string, (report: Report, options: Options) => string>>,
  named: (name: string) => Report,
): readonly Output[] {
  return Object.entries(formats).map(([format, print]) => [
    `${command} -f ${format}`,
    (name, options) => print(named(name), options),
  ]);
}

const outputs = [
  ...outputsOf("show", reporters, analysisNamed),
  ...outputsOf("check", findingsReporters, findingsNamed),
  ...outputsOf("assert", assertionsReporters, assertionsNamed),
  ...outputsOf("diff", { ...comparisonReporters, stat }, comparisonNamed),
];

/** What a terminal, an editor or a viewer acts on, or hides: controls, directions, marks of no width, lone surrogates. */
const unprintable = /(?!\n)[\p{C}\p{Zl}\p{Zp}]/u;

describe("nothing that a snapshot names acts where it is shown, or hides there", () => {
  test.each(outputs)("%s", (_, print) => {
    fc.assert(
      fc.property(hostileText, fc.boolean(), fc.boolean(), (name, color, verbose) => {
        // Colours are the only escape sequences of a coloured text.
        const text = print(name, { width: 80, color, verbose }).replace(/\x1b\[\d{1,2}m/g, "");
        expect(text).not.toMatch(unprintable);
        expect(text).toMatch(/^$|\n$/);
      }),
      { numRuns: runs(120) },
    );
  });
});

test("all JSON that is printed is written by lib/json-text.ts", () => {
  // These make keys to compare by, or data that is packed.
  const others = [
    "reporters/analysis/text/resolvers.ts",
    "reporters/comparison/changes.ts",
    "reporters/comparison/flow-groups.ts",
    "web/changes/flow-rows.ts",
  ];
  const found = ["cli", "reporters", "web"].flatMap((folder) =>
    readdirSync(`src/${folder}`, { recursive: true, encoding: "utf8" })
      .filter((path) => /\.tsx?$/.test(path))
      .map((path) => `${folder}/${path}`)
      .filter((path) => readFileSync(`src/${path}`, "utf8").includes("JSON.stringify(")),
  );
  expect(found.sort()).toEqual(others);
});
