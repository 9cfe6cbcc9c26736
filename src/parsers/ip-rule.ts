import type { Draft } from "./iproute/draft.ts";
import { printPrefix, readPrefix } from "./iproute/read-address.ts";
import {
  type AddNote,
  type IprouteWords,
  joinLines,
  joinWords,
  pair,
  printPairs,
  readLines,
  readWords,
  takeNumber,
  takeValue,
  wordsOf,
} from "./iproute/words.ts";
import type { Parser } from "./parser.ts";

/** One policy routing rule, from `ip rule` or `ip -6 rule`. */
export interface RoutingRule {
  readonly line: number;
  readonly family: 4 | 6;
  readonly priority: number;
  readonly not: boolean;
  /** Canonical prefixes; null for `all`. */
  readonly from: string | null;
  readonly to: string | null;
  readonly incomingInterface: string | null;
  readonly outgoingInterface: string | null;
  readonly mark: { readonly value: number; readonly mask: number } | null;
  readonly action:
    | { readonly kind: "lookup"; readonly table: string }
    | { readonly kind: "goto"; readonly priority: number }
    | { readonly kind: "blackhole" | "unreachable" | "prohibit" | "nop" };
  readonly suppressPrefixLength: number | null;
  /**
   * Every further selector or attribute (`tos`, `ipproto`, `dport`, `uidrange`, `proto`, …), as printed. `iif`, `oif` and
   * `goto` stand here with `[detached]` or `[unresolved]`: the interface or rule is not there. A table of `[l3mdev-table]` is
   * that of the VRF which the packet belongs to.
   */
  readonly attributes: readonly (readonly [name: string, value: string])[];
}

/** `ip rule`, from iproute2 (print_rule in ip/iprule.c) and busybox (networking/libiproute/iprule.c). */
export const ipRule: Parser<readonly RoutingRule[]> = ruleParser(4);

/** `ip -6 rule`. */
export const ip6Rule: Parser<readonly RoutingRule[]> = ruleParser(6);

/** The family is that of the command, unless an address tells. */
function ruleParser(family: 4 | 6): Parser<readonly RoutingRule[]> {
  return {
    parse(text, firstLine = 1) {
      const data: RoutingRule[] = [];
      const notes = readLines(text, firstLine, (line, note) => {
        const rule = readRule(line.text, line.number, family, note);
        if (rule !== null) data.push(rule);
      });
      return { data, notes };
    },
    print: (rules) => joinLines(rules.map(printRule)),
  };
}

/** A rule whose action may not have been read yet. */
type RuleDraft = Omit<Draft<RoutingRule>, "action"> & { action: RoutingRule["action"] | null };

const wholeMask = 0xffffffff;

function readRule(text: string, line: number, family: 4 | 6, note: AddNote): RoutingRule | null {
  const words = wordsOf(text);
  const priority = words.take();
  if (!/^\d{1,10}:$/.test(priority)) {
    note("expected a priority");
    return null;
  }
  const rule: RuleDraft = {
    line,
    family,
    priority: Number(priority.slice(0, -1)),
    not: false,
    from: null,
    to: null,
    incomingInterface: null,
    outgoingInterface: null,
    mark: null,
    action: null,
    suppressPrefixLength: null,
    attributes: [],
  };
  const problems: string[] = [];
  const problem = (why: string) => problems.push(why);
  readWords(words, note, (word) => readWord(word, words, rule, problem));
  if (rule.action === null) problems.push("expected an action, such as lookup");
  for (const why of problems) note(why);
  // Without one of its conditions a rule would say more than it does.
  if (rule.action === null || problems.length > 0) return null;
  rule.attributes.sort((a, b) => zoneOf(a) - zoneOf(b));
  return { ...rule, action: rule.action };
}

/** Reads one selector, attribute or action; false when the next word is none, which is then still there. */
function readWord(word: string, words: IprouteWords, rule: RuleDraft, problem: AddNote): boolean {
  switch (word) {
    case "not":
      words.take();
      rule.not = true;
      return true;
    case "from":
    case "to":
      rule[word] = readSelector(takeValue(words, problem), rule, problem);
      return true;
    case "fwmark":
      rule.mark = readMark(takeValue(words, problem), problem);
      return true;
    case "iif":
    case "oif":
      rule[word === "iif" ? "incomingInterface" : "outgoingInterface"] = takeValue(words, problem);
      if (words.peek() === "[detached]") rule.attributes.push([word, words.take()]);
      return true;
    case "lookup":
    case "table": {
      const table = takeValue(words, problem);
      if (table !== null) rule.action = { kind: "lookup", table };
      return true;
    }
    case "goto": {
      const priority = takeNumber(words, problem);
      if (priority !== null) rule.action = { kind: "goto", priority };
      if (words.peek() === "[unresolved]") rule.attributes.push(["goto", words.take()]);
      return true;
    }
    case "blackhole":
    case "unreachable":
    case "prohibit":
    case "nop":
      words.take();
      rule.action = { kind: word };
      return true;
    case "suppress_prefixlength":
      rule.suppressPrefixLength = takeNumber(words, problem);
      return true;
  }
  if (!attributeZones.has(word)) return false;
  const value = takeValue(words, problem);
  if (value !== null) rule.attributes.push([word, value]);
  return true;
}

function readSelector(word: string | null, rule: RuleDraft, problem: AddNote): string | null {
  if (word === null || word === "all") return null;
  const prefix = readPrefix(word, rule.family);
  if (prefix === null) {
    problem(`"${word}" is no prefix`);
    return null;
  }
  rule.family = prefix.family;
  return prefix.prefix;
}

function readMark(word: string | null, problem: AddNote): RoutingRule["mark"] {
  if (word === null) return null;
  const match = /^(0x[0-9a-f]{1,8}|\d{1,10})(?:\/(0x[0-9a-f]{1,8}|\d{1,10}))?$/i.exec(word);
  const [value, mask] = [Number(match?.[1]), Number(match?.[2] ?? wholeMask)];
  if (match !== null && value <= wholeMask && mask <= wholeMask) return { value, mask };
  problem(`"${word}" is no mark`);
  return null;
}

/** Where iproute2 prints an attribute: after `to`, `iif`, `oif`, before the action, after it. */
const attributeZones = new Map<string, number>([
  ...["tos", "dsfield"].map((name) => [name, 0] as const),
  ["iif", 1],
  ["oif", 2],
  ...["uidrange", "ipproto", "sport", "dport", "tun_id"].map((name) => [name, 3] as const),
  ...["suppress_ifgroup", "realms", "goto", "proto", "protocol", "dscp", "flowlabel"].map((name) => [name, 4] as const),
]);

const zoneOf = ([name]: RoutingRule["attributes"][number]): number => attributeZones.get(name) ?? 4;

function printRule(rule: RoutingRule): string {
  const zone = (number: number) => rule.attributes.filter((attribute) => zoneOf(attribute) === number);
  const remark = (name: string) => rule.attributes.find((attribute) => attribute[0] === name)?.[1] ?? null;
  const lookup = rule.action.kind === "lookup" ? `lookup ${rule.action.table}` : null;
  // l3mdev is a selector in the kernel; iproute2 prints it where the selectors are.
  const isL3mdev = lookup === "lookup [l3mdev-table]";
  const action = rule.action.kind === "goto" ? `goto ${rule.action.priority}` : rule.action.kind;
  return `${rule.priority}:\t${joinWords([
    rule.not ? "not" : null,
    `from ${rule.from === null ? "all" : printPrefix(rule.from)}`,
    rule.to === null ? null : `to ${printPrefix(rule.to)}`,
    ...printPairs(zone(0)),
    rule.mark === null ? null : `fwmark ${printMark(rule.mark)}`,
    pair("iif", rule.incomingInterface),
    remark("iif"),
    pair("oif", rule.outgoingInterface),
    remark("oif"),
    isL3mdev ? lookup : null,
    ...printPairs(zone(3)),
    isL3mdev ? null : (lookup ?? action),
    pair("suppress_prefixlength", rule.suppressPrefixLength),
    remark("goto"),
    ...printPairs(zone(4).filter(([name]) => name !== "goto")),
  ])}`;
}

function printMark({ value, mask }: NonNullable<RoutingRule["mark"]>): string {
  // C's %#x leaves the 0x away from a zero.
  const hex = (number: number) => (number === 0 ? "0" : `0x${number.toString(16)}`);
  return mask === wholeMask ? hex(value) : `${hex(value)}/${hex(mask)}`;
}
