import type { CompiledRules, Match, Rule } from "./rules.ts";

/** A test with how it counts: `plain` has to hold for the rule to match; the others sit below a negation or an alternative. */
export interface PlacedMatch {
  readonly test: Match;
  readonly plain: boolean;
}

/** All tests of a rule, those inside `all-of` and `any-of` included. */
export function matchesOf({ conditions }: Rule): readonly PlacedMatch[] {
  return conditions.flatMap((condition) => unfold(condition, true));
}

function unfold(test: Match, plain: boolean): readonly PlacedMatch[] {
  const here = plain && !test.negated;
  if (test.kind === "all-of") return test.conditions.flatMap((one) => unfold(one, here));
  if (test.kind === "any-of") return test.conditions.flatMap((one) => unfold(one, false));
  return [{ test, plain: here }];
}

/** All rules of a firewall with the family of their table. */
export function* rulesOf({ tables }: CompiledRules): Generator<{ readonly family: 4 | 6; readonly rule: Rule }> {
  for (const { family, chains } of tables)
    for (const { rules } of chains.values()) for (const rule of rules) yield { family, rule };
}
