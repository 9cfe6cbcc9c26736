import type { Action } from "./actions.ts";
import type { NumberField, NumberTest } from "./fields.ts";
import type { Match } from "./matches.ts";
import type { CompiledRules, Rule, Statement } from "./rules.ts";

/** Whether a statement is a match: actions cannot be negated. */
export const isMatch = (statement: Statement): statement is Match => (statement as Match).negated !== undefined;

/** What has to hold for the rule to do anything: the matches before its first action. */
export function matchesBefore({ statements }: Pick<Rule, "statements">): readonly Match[] {
  const end = statements.findIndex((one) => !isMatch(one));
  return (end < 0 ? statements : statements.slice(0, end)) as readonly Match[];
}

const goesOn: Action = { kind: "continue" };

/** What a rule does in the end: its last action. One without any counts, and the packet goes on. */
export function lastAction({ statements }: Pick<Rule, "statements">): Action {
  const last = statements.at(-1);
  return last === undefined || isMatch(last) ? goesOn : last;
}

/** Whether a rule hands packets to a chain, in whatever way. */
export function leadsTo(rule: Pick<Rule, "statements">, chain: string): boolean {
  return targetChains(rule).includes(chain);
}

/** The one chain that a rule hands packets to; null for a rule that does something else. */
export function targetChain(rule: Pick<Rule, "statements">): string | null {
  const action = lastAction(rule);
  return action.kind === "jump" || action.kind === "goto" ? action.chain : null;
}

/** The chains that a rule may hand packets to. */
export function targetChains({ statements }: Pick<Rule, "statements">): readonly string[] {
  return statements.flatMap((one) => (isMatch(one) ? [] : chainsOf(one)));
}

function chainsOf(action: Action): readonly string[] {
  if (action.kind === "jump" || action.kind === "goto") return [action.chain];
  return action.kind === "map" ? action.map.elements.flatMap((element) => chainsOf(element.action)) : [];
}

/** A match with how it counts: `plain` has to hold for the rule to do anything; the others sit below a negation, an alternative or behind an action. */
export interface PlacedMatch {
  readonly test: Match;
  readonly plain: boolean;
}

/** All tests of a rule, those inside `all-of` and `any-of` included. */
export function matchesOf({ statements }: Pick<Rule, "statements">): readonly PlacedMatch[] {
  const firstAction = statements.findIndex((one) => !isMatch(one));
  return statements.flatMap((one, i) => (isMatch(one) ? unfold(one, firstAction < 0 || i < firstAction) : []));
}

function unfold(test: Match, plain: boolean): readonly PlacedMatch[] {
  const here = plain && !test.negated;
  if (test.kind === "all-of") return test.matches.flatMap((one) => unfold(one, here));
  if (test.kind === "any-of") return test.matches.flatMap((one) => unfold(one, false));
  return [{ test, plain: here }];
}

/** What a rule wants of a number field in any case: not what it wants not to be, nor one of several choices. */
export function testsOf(rule: Pick<Rule, "statements">, field: NumberField): readonly NumberTest[] {
  return matchesOf(rule).flatMap(({ test, plain }) =>
    test.kind === "field" && test.field === field && plain ? [test as NumberTest] : [],
  );
}

/** Whether a number is one that a test asks for. */
export const includes = ({ mask, ranges }: NumberTest, value: number): boolean => {
  const masked = mask === null ? value : (value & mask) >>> 0;
  return ranges.some(({ from, to }) => masked >= from && masked <= to);
};

/** All rules of a firewall with the family of their table. */
export function* rulesOf({ tables }: CompiledRules): Generator<{ readonly family: 4 | 6; readonly rule: Rule }> {
  for (const { family, chains } of tables)
    for (const { rules } of chains.values()) for (const rule of rules) yield { family, rule };
}
