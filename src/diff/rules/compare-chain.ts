import type { Source } from "../../lib/source.ts";
import type { ChainChange, ChainPlace, ChangedField, RuleEdit, RulePlace } from "../change.ts";
import { alignRules, type Comparable, type Edit } from "./align.ts";

/** A rule with its text for people and what it is compared by. */
export interface ReadRule extends Comparable {
  readonly text: string;
  readonly source: Source;
  /** Its options by their names: the text of all of a name, and what is compared of it. */
  readonly options: ReadonlyMap<string, { readonly text: string; readonly key: string }>;
}

/** A rule of which all but the key is read when it is asked for: most chains are the same on both sides. */
export interface KeyedRule {
  readonly key: string;
  readonly read: () => ReadRule;
}

/** A chain of one side. `key` is the same for the same chain on both sides. */
export interface ReadChain {
  readonly key: string;
  readonly place: ChainPlace;
  readonly policy: string | null;
  readonly rules: readonly KeyedRule[];
  /** Whether it is there as soon as its table is, and its absence says no more than that it is empty and accepts. */
  readonly isBuiltIn: boolean;
}

/** Compares the chains of one rule set. */
export function compareChains(before: readonly ReadChain[], after: readonly ReadChain[]): ChainChange[] {
  const others = new Map(after.map((chain) => [chain.key, chain]));
  const ones = new Map(before.map((chain) => [chain.key, chain]));
  return [
    ...[...ones.values()].flatMap((chain) => compareChain(chain, others.get(chain.key) ?? null)),
    ...[...others.values()].flatMap((chain) => (ones.has(chain.key) ? [] : compareChain(null, chain))),
  ];
}

function compareChain(before: ReadChain | null, after: ReadChain | null): ChainChange[] {
  const place = after?.place ?? before?.place;
  if (place === undefined) return [];
  const areSame = before !== null && after !== null && haveSameKeys(before.rules, after.rules);
  const [was, is] = [before, after].map((chain) => (areSame ? [] : (chain?.rules ?? []).map(({ read }) => read())));
  if (was === undefined || is === undefined) return [];
  const edits = alignRules(was, is)
    .map((edit) => describeEdit(edit, was, is))
    .sort((a, b) => orderOf(a) - orderOf(b));
  const policy = comparePolicies(before, after);
  const exists = [before, after].every((chain) => chain !== null);
  const only = before ?? after;
  if (edits.length === 0 && policy === null && (exists || only?.isBuiltIn === true)) return [];
  const isChanged = exists || only?.isBuiltIn === true;
  const formerly = before === null || samePlace(before.place, place) ? null : before.place;
  return [
    {
      kind: isChanged ? "changed" : before === null ? "added" : "removed",
      place,
      formerly,
      policy,
      edits,
      lines: { before: linesOf(before), after: linesOf(after) },
    },
  ];
}

const haveSameKeys = (before: readonly KeyedRule[], after: readonly KeyedRule[]): boolean =>
  before.length === after.length && before.every(({ key }, at) => key === after[at]?.key);

const linesOf = (chain: ReadChain | null): string[] => chain?.rules.map(({ read }) => read().text) ?? [];

/** Of an absent built-in chain nothing is set: packets pass. */
function comparePolicies(before: ReadChain | null, after: ReadChain | null): ChangedField | null {
  const isBuiltIn = before?.isBuiltIn === true || after?.isBuiltIn === true;
  const policyOf = (chain: ReadChain | null) => (chain === null && isBuiltIn ? "ACCEPT" : (chain?.policy ?? null));
  const [was, is] = [policyOf(before), policyOf(after)];
  return was === is ? null : { name: "policy", before: was, after: is };
}

const samePlace = (a: ChainPlace, b: ChainPlace): boolean => JSON.stringify(a) === JSON.stringify(b);

/** By where the rule is, or was: the same in both directions. */
const orderOf = ({ before, after }: RuleEdit): number =>
  Math.min(before?.position ?? Infinity, after?.position ?? Infinity);

function describeEdit(edit: Edit, before: readonly ReadRule[], after: readonly ReadRule[]): RuleEdit {
  const one = edit.kind === "added" ? null : placeOf(before, edit.before);
  const other = edit.kind === "removed" ? null : placeOf(after, edit.after);
  const options = edit.kind === "changed" ? compareOptions(before[edit.before], after[edit.after]) : [];
  return { kind: edit.kind, before: one, after: other, options };
}

function placeOf(rules: readonly ReadRule[], at: number): RulePlace | null {
  const rule = rules[at];
  return rule === undefined ? null : { text: rule.text, position: at + 1, source: rule.source };
}

function compareOptions(before: ReadRule | undefined, after: ReadRule | undefined): ChangedField[] {
  if (before === undefined || after === undefined) return [];
  const names = new Set([...before.options.keys(), ...after.options.keys()]);
  return [...names].sort().flatMap((name): ChangedField[] => {
    const [was, is] = [before.options.get(name), after.options.get(name)];
    return was?.key === is?.key ? [] : [{ name, before: was?.text ?? null, after: is?.text ?? null }];
  });
}
