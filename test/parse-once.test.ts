import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

/**
 * Who may make addresses and prefixes of texts: whoever reads what others wrote. In the host they are values, and everything
 * behind it works with those (`src/lib/address.ts`).
 */
const readers: Readonly<Record<string, string>> = {
  "src/lib/": "where reading is defined",
  "src/parsers/": "texts are read here",
  "src/model/build/": "records become values here",
  "src/firewall/compile/": "options of rules and entries of sets",
  "src/firewall/lookup/set-index.ts": "an option of a set",
  "src/trace/question.ts": "what a person asks",
  "src/trace/origin.ts": "what a person asks",
  "src/trace/resolve-name.ts": "what a person asks, and /etc/hosts",
  "src/policy/select/select.ts": "names of a policy that are addresses",
};

/** Those that still read texts of the host or of rules, and what has to be a value first. None is to be added. */
const rest: Readonly<Record<string, string>> = {
  "src/checks/nftables/match.ts": "nft's own JSON",
  "src/checks/firewall-backend/nft-backend-prerequisites.ts": "packets of the evaluation of nft's JSON",
  // Results are texts.
  "src/reporters/text/words.ts": "a result",
  "src/reporters/analysis/text/topology-tree.ts": "a result",
};

const files = readdirSync("src", { recursive: true, encoding: "utf8" })
  .map((name) => join("src", name))
  .filter((path) => /\.tsx?$/.test(path));
const parses = (path: string): boolean =>
  /\bparse(Address|Prefix|PrefixedAddress|ScopedAddress)\b/.test(readFileSync(path, "utf8"));

test("addresses are read once: who comes after the model has values", () => {
  const others = files.filter(parses).filter((path) => !Object.keys(readers).some((place) => path.startsWith(place)));
  expect(others.toSorted()).toEqual(Object.keys(rest).toSorted());
});

test("no rows are left of files that read nothing any more", () => {
  const idle = Object.keys(readers).filter((place) => !files.some((path) => path.startsWith(place) && parses(path)));
  expect(idle).toEqual([]);
});
