import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { flatten } from "../../src/operations/count-findings.ts";
import { hostFindings, hostNames } from "../support/fixtures.ts";

/*
 * Everything that is found on the bundled hosts, each kind of finding argued in a comment of the file. A new line there has
 * to be true of its host, and needs its argument.
 */
test("the findings on the bundled hosts are those that are argued", async () => {
  const found = new Map<string, string[]>();
  for (const host of hostNames) {
    for (const one of flatten((await hostFindings(host)).findings)) {
      const kind = `${one.severity} ${one.check}`;
      found.set(kind, [...(found.get(kind) ?? []), `  ${host} ${one.subject.name}`]);
    }
  }
  const lines = [...found.keys()].sort().flatMap((kind) => [kind, ...(found.get(kind) ?? [])]);
  const argued = readFileSync("test/checks/findings-on-hosts.txt", "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  expect(lines).toEqual(argued);
});
