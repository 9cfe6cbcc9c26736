import { expect, test } from "vitest";
import { runs } from "../support/extent.ts";
import { makeCase } from "./make-case.ts";
import { playCase } from "./play-case.ts";

/** A count and no time: the same cases on every machine. Those with one of these numbers are the first of `npm run fuzz`. */
const cases = runs(60, 1 / 4);

test("whatever is done to a snapshot, nothing falls over it, and what is said of it is true to it", async () => {
  const failures: string[] = [];
  for (let number = 0; number < cases; number++) {
    for (const { step, rule, detail, place } of await playCase(await makeCase(1, number)))
      failures.push(`case ${number}: ${step}: ${rule}: ${detail} ${place ?? ""}`);
  }
  expect(failures).toEqual([]);
});
