import { printOption } from "../../../parsers/iptables/options.ts";
import type { IptablesOption, IptablesRule } from "../../../parsers/iptables-save.ts";
import type { Action } from "../../actions.ts";
import type { Match } from "../../matches.ts";
import type { Rule, Statement, Table } from "../../rules.ts";
import { compileBaseOption } from "./base-options.ts";
import type { RuleContext } from "./extension.ts";
import { matchExtension, targetExtension } from "./extensions.ts";
import { type GroupedOptions, groupOptions, type MatchPart } from "./group-options.ts";
import { unreadable } from "./make-match.ts";
import { unknowableModule } from "./match-unknowable.ts";

/** What a rule is compiled in. */
export interface TableContext {
  readonly family: 4 | 6;
  readonly backend: Table["backend"];
  readonly file: string;
  /** The chains that a rule can jump to. */
  readonly hasChain: (name: string) => boolean;
}

/** Compiles one rule. Never throws: what cannot be read becomes a match or an action that is not known. */
export function compileRule(rule: IptablesRule, position: number, table: TableContext): Rule {
  return {
    statements: compileOptions(rule.options, table),
    text: `-A ${[rule.chain, ...rule.options.filter(({ name }) => name !== "-c").map(printOption)].join(" ")}`,
    position,
    source: { file: table.file, line: rule.line },
    counters: rule.counters,
  };
}

/** The matches of a rule's options, and then what its target does. */
export function compileOptions(
  options: readonly IptablesOption[],
  table: Omit<TableContext, "file">,
): readonly Statement[] {
  const grouped = groupOptions(options);
  const context: RuleContext = { family: table.family, backend: table.backend, protocol: grouped.protocol };
  return [
    ...grouped.base.flatMap(({ kind, option }) => compileBaseOption(kind, option, table.family)),
    ...grouped.matches.flatMap((part) => compileMatch(part, context)),
    ...grouped.strays.map(unreadable),
    ...compileTarget(grouped.target, context, table),
  ];
}

function compileMatch(part: MatchPart, context: RuleContext): readonly Match[] {
  const extension = matchExtension(part.name) ?? unknowableModule(part.name, "the module is not known to this program");
  return extension.compile(part.options, context);
}

/** A rule without a target counts, and the packet goes on (`iptables -A INPUT -s 10.0.0.1`). */
function compileTarget(
  target: GroupedOptions["target"],
  context: RuleContext,
  table: Omit<TableContext, "file">,
): readonly Action[] {
  if (target === null) return [];
  const { name, isGoto, options } = target;
  if (table.hasChain(name)) return [{ kind: isGoto ? "goto" : "jump", chain: name }];
  const extension = isGoto ? null : targetExtension(name);
  const stranger = options.find((option) => extension?.options !== "any" && !extension?.options.has(option.name));
  if (extension !== null && stranger !== undefined) {
    return [{ kind: "unknowable", why: `-j ${name}: the option ${stranger.name} is not known to this program` }];
  }
  if (extension !== null) return [extension.compile(options, context)];
  return [{ kind: "unknowable", why: `${name} is neither a chain of this table nor a target that this program knows` }];
}
