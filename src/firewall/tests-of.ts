import type { Condition, Firewall, Rule } from "./program.ts";

/** A test with how it counts: `plain` has to hold for the rule to match; the others sit below a negation or an alternative. */
export interface Placed {
  readonly test: Condition;
  readonly plain: boolean;
}

/** All tests of a rule, those inside `all-of` and `any-of` included. */
export function testsOf({ conditions }: Rule): readonly Placed[] {
  return conditions.flatMap((condition) => unfold(condition, true));
}

function unfold(test: Condition, plain: boolean): readonly Placed[] {
  const here = plain && !test.negated;
  if (test.kind === "all-of") return test.conditions.flatMap((one) => unfold(one, here));
  if (test.kind === "any-of") return test.conditions.flatMap((one) => unfold(one, false));
  return [{ test, plain: here }];
}

/** All rules of a firewall with the family of their table. */
export function* rulesOf({ tables }: Firewall): Generator<{ readonly family: 4 | 6; readonly rule: Rule }> {
  for (const { family, chains } of tables)
    for (const { rules } of chains.values()) for (const rule of rules) yield { family, rule };
}
