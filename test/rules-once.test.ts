import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

/**
 * Who may look into iptables rules as they were written: option by option. Everybody else has them compiled, where what a rule
 * does is the same however it was written (`src/firewall/rules.ts`).
 */
const readers: Readonly<Record<string, string>> = {
  "src/parsers/": "reads and prints them",
  "src/firewall/compile/": "compiles them",
  "src/firewall/rule-set.ts": "what is compiled",
  "src/firewall/rules.ts": "the counters of a rule, for whom to show",
  "src/model/build/rule-sets.ts": "which texts belong to one rule set",
  "src/diff/rules/": "what was changed in a text is told in the text's words",
  "src/diff/causes/revert-rules.ts": "undoes single changes of a text",
  "src/docker-rules/spec.ts": "compiles what Docker would write",
  "src/docker-rules/rule-set-index.ts": "commands that name a rule give its options back",
  "src/docker-rules/nft-rule-set-index.ts": "nftables' rules in the words of iptables",
  "src/checks/exposure/docker-user-rule-ineffective.ts": "a command that writes a rule anew with another option",
};

const files = readdirSync("src", { recursive: true, encoding: "utf8" })
  .map((name) => join("src", name))
  .filter((path) => /\.tsx?$/.test(path) && !path.endsWith(".examples.ts"));
const reads = (path: string): boolean => /parsers\/iptables|\bname === "--?[a-z]/.test(readFileSync(path, "utf8"));

test("rules are read once: who comes after the compiler has them in one form", () => {
  const others = files.filter(reads).filter((path) => !Object.keys(readers).some((place) => path.startsWith(place)));
  expect(others).toEqual([]);
});

test("no rows are left of files that read nothing any more", () => {
  const idle = Object.keys(readers).filter((place) => !files.some((path) => path.startsWith(place) && reads(path)));
  expect(idle).toEqual([]);
});
