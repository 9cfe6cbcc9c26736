import type { RuleSet } from "../../firewall/rule-set.ts";
import { groupBy } from "../../lib/group-by.ts";
import { printOption } from "../../parsers/iptables/options.ts";
import type { IptablesOption, IptablesRule, IptablesTable } from "../../parsers/iptables-save.ts";
import type { NamespaceOnSide } from "../match/sides.ts";
import type { ReadChain, ReadRule } from "./compare-chain.ts";
import type { Spelling } from "./spelling.ts";

/** The chains of one iptables rule set, with rules in the order of their tables. */
export function readChains(set: RuleSet, inside: NamespaceOnSide, spelling: Spelling): ReadChain[] {
  return set.tables.flatMap((table) => {
    const rules = groupBy(table.rules, ({ chain }) => chain);
    return chainsOf(table, rules).map(([name, policy]) => ({
      key: JSON.stringify([table.name, spelling.key(name)]),
      place: { namespace: inside.name, family: set.family, backend: set.backend, table: table.name, chain: name },
      policy,
      isBuiltIn: builtIn.has(name),
      rules: (rules.get(name) ?? []).map((rule) => {
        const parts = partsOf(rule, spelling);
        return { key: parts.join(" "), read: () => readRule(rule, parts, set.file, spelling) };
      }),
    }));
  });
}

const builtIn = new Set(["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"]);

/** Rules of a chain that is not declared are kept all the same. */
function chainsOf(
  { chains }: IptablesTable,
  rules: ReadonlyMap<string, unknown>,
): [name: string, policy: string | null][] {
  const declared = new Map(chains.map(({ name, policy }) => [name, policy]));
  for (const name of rules.keys()) if (!declared.has(name)) declared.set(name, null);
  return [...declared];
}

/** The options without counters. */
const optionsOf = ({ options }: IptablesRule): readonly IptablesOption[] =>
  options.filter(({ name }) => name !== "-c" && name !== "--set-counters");

function partsOf(rule: IptablesRule, spelling: Spelling): string[] {
  const options = optionsOf(rule);
  const parts = options.map((option) => spellOption(option, spelling.key));
  return spelling.isInside && isEmbeddedDns(options) ? parts.map(withoutPort) : parts;
}

function readRule(rule: IptablesRule, parts: readonly string[], file: string, spelling: Spelling): ReadRule {
  const options = optionsOf(rule);
  const roles = options.map((option) => spellOption(option, spelling.role));
  const byName = new Map<string, { text: string; key: string }>();
  for (const [at, option] of options.entries()) {
    const name = shortNames[option.name] ?? option.name;
    const [text, key] = [valuesOf(option), parts[at] ?? ""];
    const before = byName.get(name);
    byName.set(
      name,
      before === undefined ? { text, key } : { text: `${before.text}, ${text}`, key: `${before.key} ${key}` },
    );
  }
  return {
    text: ["-A", rule.chain, ...options.map(printOption)].join(" "),
    source: { file, line: rule.line },
    key: parts.join(" "),
    role: roles.join(" "),
    parts,
    options: byName,
  };
}

/** One spelling for each option: iptables-save prints the short one, and puts `!` first since 1.4.3. */
const spellOption = ({ name, values, negated }: IptablesOption, spell: (value: string) => string): string =>
  JSON.stringify([
    negated,
    shortNames[name] ?? name,
    ...values.map(name === "--comment" ? withoutIds : (value) => value).map(spell),
  ]);

/**
 * A comment changes nothing of what a rule does. podman writes a container's id into its comments, another one with each start:
 * `dnat name: podman id: 4f8c…` (netavark, src/firewall/varktables/types.rs; CNI's portmap plugin does the same).
 */
const withoutIds = (comment: string): string => comment.replace(/\b[0-9a-f]{64}\b/g, "<id>");

const shortNames: Readonly<Record<string, string | undefined>> = {
  __proto__: null as never,
  "--source": "-s",
  "--src": "-s",
  "--destination": "-d",
  "--dst": "-d",
  "--protocol": "-p",
  "--proto": "-p",
  "--in-interface": "-i",
  "--out-interface": "-o",
  "--jump": "-j",
  "--goto": "-g",
  "--match": "-m",
  "--source-port": "--sport",
  "--destination-port": "--dport",
  "--source-ports": "--sports",
  "--destination-ports": "--dports",
};

function valuesOf({ name, values, negated }: IptablesOption): string {
  const printed = printOption({ name, values, negated: false, bang: null }).slice(name.length).trim();
  return negated ? `! ${printed}`.trim() : printed;
}

/** The rules that lead to the embedded DNS and back: it listens on any free port, another one each time. */
const isEmbeddedDns = (options: readonly IptablesOption[]): boolean =>
  options.some(({ values }) => values.some((value) => /^127\.0\.0\.11(\/32|:\d+)?$/.test(value)));

const withoutPort = (key: string): string =>
  key.replace(/"127\.0\.0\.11:\d+"/, '"127.0.0.11:*"').replace(/"--sport","\d+"/, '"--sport","*"');
