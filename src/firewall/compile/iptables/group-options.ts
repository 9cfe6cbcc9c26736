import type { IptablesOption } from "../../../parsers/iptables-save.ts";
import { readProtocol } from "../protocols.ts";
import { type BaseOption, baseOption } from "./base-options.ts";
import { matchExtension, protocolModule, targetExtension } from "./extensions.ts";

/** `-m name` with the options that are its own. */
export interface MatchPart {
  readonly name: string;
  readonly options: IptablesOption[];
}

/** The options of one rule, each with what it belongs to. */
export interface GroupedOptions {
  readonly base: readonly { readonly kind: BaseOption; readonly option: IptablesOption }[];
  readonly matches: readonly MatchPart[];
  /** Null for a rule that only counts. */
  readonly target: { readonly name: string; readonly isGoto: boolean; readonly options: IptablesOption[] } | null;
  /** Options that nothing here knows. */
  readonly strays: readonly IptablesOption[];
  /** The number after `-p`, unless negated; null without one. */
  readonly protocol: number | null;
}

/** What the next options most likely belong to. */
interface Current {
  readonly isTarget: boolean;
  readonly options: IptablesOption[];
  readonly takes: (name: string) => boolean;
}

/**
 * Sorts a rule's options. `iptables-save` prints the options of a module right after its `-m`; people also write them
 * later, or leave out the `-m` of the rule's protocol (`-p tcp --dport 80`), which iptables adds.
 */
export function groupOptions(options: readonly IptablesOption[]): GroupedOptions {
  const base: { kind: BaseOption; option: IptablesOption }[] = [];
  const matches: MatchPart[] = [];
  const strays: IptablesOption[] = [];
  let target: { name: string; isGoto: boolean; options: IptablesOption[] } | null = null;
  let current: Current | null = null;
  const protocol = protocolOf(options);

  for (const option of options) {
    const kind = baseOption(option.name);
    const value = option.values[0] ?? "";
    if (kind === "match") {
      const part: MatchPart = { name: value, options: [] };
      matches.push(part);
      current = {
        isTarget: false,
        options: part.options,
        takes: (name) => takes(matchExtension(value)?.options, name),
      };
    } else if (kind === "jump" || kind === "goto") {
      target = { name: value, isGoto: kind === "goto", options: [] };
      current = {
        isTarget: true,
        options: target.options,
        takes: (name) => takes(targetExtension(value)?.options, name),
      };
    } else if (kind !== null) {
      base.push({ kind, option });
    } else if (current?.takes(option.name)) {
      current.options.push(option);
    } else {
      const owner = ownerOf(option.name, matches, target, protocol) ?? (current?.isTarget ? current.options : null);
      (owner ?? strays).push(option);
    }
  }
  return { base, matches, target, strays, protocol };
}

/** An unknown module or target takes every option that follows it. */
function takes(options: ReadonlySet<string> | "any" | undefined, name: string): boolean {
  return options === undefined || options === "any" || options.has(name);
}

function protocolOf(options: readonly IptablesOption[]): number | null {
  const option = options.find(({ name }) => baseOption(name) === "protocol");
  const protocol = option === undefined || option.negated ? null : readProtocol(option.values[0] ?? "");
  return protocol === 0 ? null : protocol;
}

/** The options of the last module named that knows the option, of the target, or of the protocol's own module. */
function ownerOf(
  name: string,
  matches: MatchPart[],
  target: GroupedOptions["target"],
  protocol: number | null,
): IptablesOption[] | null {
  const knows = (options: ReadonlySet<string> | "any" | undefined): boolean =>
    options instanceof Set && options.has(name);
  const part = matches.findLast((match) => knows(matchExtension(match.name)?.options));
  if (part !== undefined) return part.options;
  if (target !== null && knows(targetExtension(target.name)?.options)) return target.options;
  const implied = protocol === null ? null : protocolModule(protocol);
  if (implied === null || !knows(matchExtension(implied)?.options)) return null;
  const added: MatchPart = { name: implied, options: [] };
  matches.push(added);
  return added.options;
}
