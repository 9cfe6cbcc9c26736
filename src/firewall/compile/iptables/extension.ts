import type { IptablesOption } from "../../../parsers/iptables-save.ts";
import type { Action } from "../../actions.ts";
import type { Match } from "../../matches.ts";
import type { Table } from "../../rules.ts";

/** What an extension may ask about the rule that it is part of. */
export interface RuleContext {
  readonly family: 4 | 6;
  readonly backend: Table["backend"];
  /** The number after `-p`, when it is given and not negated. */
  readonly protocol: number | null;
}

/** `-m name` and its options. */
export interface MatchExtension {
  /** The options that are this module's; `any` for modules that nobody here looks into. */
  readonly options: ReadonlySet<string> | "any";
  compile(options: readonly IptablesOption[], context: RuleContext): readonly Match[];
}

/** `-j NAME` and its options. */
export interface TargetExtension {
  readonly options: ReadonlySet<string> | "any";
  compile(options: readonly IptablesOption[], context: RuleContext): Action;
}
