import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** What is no part of `npm test`. */
const others = /^(?:fuzz\/run|truth\/diff|kernel\/\w+|lab\/[\w-]+)\.ts$/;

const sources = readdirSync("test", { recursive: true, encoding: "utf8" }).filter((path) => /\.tsx?$/.test(path));

test("no test depends on chance or on the clock", () => {
  const chance = new RegExp(
    ["Math\\.random", "random(?:Int|Bytes|UUID)\\b", "getRandomValues", "performance\\.now", "Date\\.now"].join("|"),
  );
  const found = sources.filter((path) => !others.test(path) && chance.test(readFileSync(`test/${path}`, "utf8")));
  expect(found).toEqual(["chance.test.ts"]);
});

test("properties are tried with the seed of test/support/setup.ts, and samples with one of their own", () => {
  const text = (path: string) => readFileSync(`test/${path}`, "utf8");
  const unseeded = sources.flatMap((path) =>
    [...text(path).matchAll(/fc\.sample\((?:[^()]|\([^()]*\))*\)/g)]
      .map(([call]) => call)
      .filter((call) => !/\bseed: \d/.test(call))
      .map((call) => `${path}: ${call}`),
  );
  expect(unseeded).toEqual([]);
  expect(readFileSync("vitest.config.ts", "utf8")).toContain('setupFiles: ["test/support/setup.ts"]');
});
