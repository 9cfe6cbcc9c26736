import { type Policy, policyError } from "../policy.ts";
import { readRules } from "./read-rules.ts";
import { readSets } from "./read-sets.ts";
import { members } from "./read-tree.ts";
import { readYaml } from "./yaml-tree.ts";

/** The largest policy that is read, in bytes: thousands of rules. */
export const mostPolicyBytes = 256 * 1024;

/**
 * Reads a policy: `sets` by name, and `rules`. `file` is what messages call it. Throws a PolicyError whose message names file
 * and line, and what fits instead.
 */
export function readPolicy(text: string, file: string): Policy {
  const tree = readYaml(text, file);
  const wrong = (line: number, message: string) => policyError(file, line, message);
  if (tree.kind !== "map") throw wrong(tree.line, "a policy is a mapping with rules: and, if need be, sets:");
  const found = members(tree.entries, ["sets", "rules"], wrong);
  const rules = found.get("rules");
  if (rules === undefined) throw wrong(tree.line, "there are no rules: here");
  const sets = found.get("sets");
  return {
    file,
    sets: new Map((sets === undefined ? [] : readSets(sets.value, wrong)).map((set) => [set.name, set])),
    rules: readRules(rules.value, wrong),
  };
}
