import { printOption } from "../../../parsers/iptables/options.ts";
import type { IptablesOption } from "../../../parsers/iptables-save.ts";
import type { Match, Test } from "../../matches.ts";
import type { MatchExtension, RuleContext } from "./extension.ts";

/** Always holds. */
export const always: Test = { kind: "all-of", matches: [] };
/** Never holds. */
export const never: Test = { kind: "any-of", matches: [] };

/** The match that an option makes of a test. What all matches have comes first: so V8 makes them twice as fast. */
export function matchOf(option: IptablesOption, test: Test): Match {
  return { negated: option.negated, text: printOption(option), ...test };
}

/** A match that the option only implies: never negated. */
export function impliedBy(option: IptablesOption, test: Test, negated = false): Match {
  return { negated, text: printOption(option), ...test };
}

/** For an option whose value is none that the tool prints. */
export function unreadable(option: IptablesOption): Match {
  const text = printOption(option);
  return { kind: "unknowable", why: `${text} cannot be read`, negated: false, text };
}

/** Makes a test of an option's first value, or null when it cannot be read. */
export type ReadOption = (value: string, option: IptablesOption, context: RuleContext) => Test | null;

/** A module whose options are independent of each other: each becomes one match. */
export function independentOptions(table: Readonly<Record<string, ReadOption>>): MatchExtension {
  const readers = new Map(Object.entries(table));
  return {
    options: new Set(readers.keys()),
    compile: (options, context) =>
      options.map((option) => {
        const test = readers.get(option.name)?.(option.values[0] ?? "", option, context) ?? null;
        return test === null ? unreadable(option) : matchOf(option, test);
      }),
  };
}
