import { bitsOf } from "../lib/address.ts";
import type { Match } from "./matches.ts";
import type { Statement } from "./rules.ts";
import { isMatch } from "./statements.ts";

/**
 * A text that is the same for rules that do the same, however they were written: in any order of the matches before the first
 * action, with or without those that always hold. Two rules of which that cannot be told have different texts.
 */
export function canonicalText(statements: readonly Statement[], family: 4 | 6): string {
  const end = statements.findIndex((one) => !isMatch(one));
  const matches = (end < 0 ? statements : statements.slice(0, end)) as readonly Match[];
  const texts = matches.filter((one) => !alwaysHolds(one, family)).map(textOf);
  const rest = end < 0 ? [] : statements.slice(end).map(textOf);
  return [...new Set(texts.toSorted()), ...rest].join("\n");
}

function alwaysHolds(match: Match, family: 4 | 6): boolean {
  if (match.negated) return false;
  if (match.kind === "interface") return match.isPrefix && match.name === "";
  if (match.kind === "all-of") return match.matches.every((one) => alwaysHolds(one, family));
  if (match.kind !== "field" || match.mask !== null) return false;
  const [range] = match.ranges;
  return range?.from === 0n && range.to === (1n << BigInt(bitsOf(family))) - 1n;
}

/** How a match was written counts only where nothing else says what it asks. By far the most are fields, interfaces and jumps. */
function textOf(statement: Statement): string {
  switch (statement.kind) {
    case "field": {
      const ranges = statement.ranges.map(({ from, to }) => (from === to ? from : `${from}-${to}`));
      return `${sign(statement)}${statement.field} ${statement.mask ?? ""} ${ranges.join()}`;
    }
    case "interface":
      return `${sign(statement)}${statement.side} ${JSON.stringify(statement.name)}${statement.isPrefix ? "*" : ""}`;
    case "jump":
    case "goto":
      return `${statement.kind} ${JSON.stringify(statement.chain)}`;
    default:
      return JSON.stringify(statement, plainly);
  }
}

const sign = ({ negated }: Match): string => (negated ? "! " : "");

function plainly(this: { readonly kind?: unknown }, key: string, value: unknown): unknown {
  if (key === "text") return this.kind === "unknowable" ? value : undefined;
  if (key === "states" || key === "types") return [...(value as readonly string[])].sort();
  return typeof value === "bigint" ? value.toString(16) : value;
}
