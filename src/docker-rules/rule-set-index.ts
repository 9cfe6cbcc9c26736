import { canonicalText } from "../firewall/canonical.ts";
import { compileIptables } from "../firewall/compile/iptables/compile-rule-set.ts";
import type { RuleSet } from "../firewall/rule-set.ts";
import type { Rule, Statement } from "../firewall/rules.ts";
import { lastAction } from "../firewall/statements.ts";
import { type Command, doubtful, ownWord, sh } from "../lib/command.ts";
import { type Known, known, unknown } from "../lib/known.ts";
import { onceFor } from "../lib/once-for.ts";
import type { Source } from "../lib/source.ts";
import type { Host, NftRules } from "../model/host.ts";
import { inForce, stateOfIptables, unclearTable } from "../model/queries/nft-tables.ts";
import { knownOption } from "../parsers/iptables/option-table.ts";
import type { IptablesOption, IptablesRule, IptablesTable } from "../parsers/iptables-save.ts";
import { statementsOf } from "./spec.ts";

/** A rule as it stands on the host, in the one form of rules: a target that is none counts as a chain, captured or not. */
export interface PresentRule extends Omit<Rule, "counters"> {
  /** What it does, in a text that is the same for all rules that do the same. */
  readonly key: string;
  /** Without `-A` and the chain: `-o docker0 -j DOCKER`. */
  readonly text: string;
  /** As it was written, for a command that names it. */
  readonly written: readonly IptablesOption[];
  /** Null for an element of an nftables map. */
  readonly family: 4 | 6 | null;
  readonly table: string;
  readonly chain: string;
  /** nftables' handle; null for iptables. */
  readonly handle: number | null;
}

export interface ActualChain {
  readonly table: string;
  readonly name: string;
  readonly policy: string | null;
  readonly source: Source;
  readonly rules: readonly PresentRule[];
  readonly keys: ReadonlyMap<string, PresentRule>;
}

/** The rules of one family that Docker's own are looked for in. */
export interface RuleSetIndex {
  readonly family: 4 | 6;
  readonly file: string;
  /** By table and name: `filter FORWARD`. */
  readonly chains: ReadonlyMap<string, ActualChain>;
  /** Why a rule that is not here may be there all the same; empty when the book is complete. */
  readonly doubts: readonly string[];
}

export const placeOf = (table: string, chain: string): string => `${table} ${chain}`;

/** Docker's own chains, all versions (moby, libnetwork/drivers/bridge/setup_ip_tables_linux.go and internal/iptabler, 1.9 to 29). */
const dockerChain = /^DOCKER(-(FORWARD|BRIDGE|CT|INTERNAL|INGRESS|ISOLATION(-STAGE-[12])?))?$/;

/** Whether a chain is Docker's own; DOCKER-USER is not, it belongs to the user. */
export const isDockerChain = (name: string): boolean => dockerChain.test(name);

/**
 * The host's rule set of a family that Docker writes to: of several back ends the one with most of Docker's rules. Read once
 * for a host, since most checks ask.
 */
export const indexRuleSet = (host: Host, family: 4 | 6): Known<RuleSetIndex> => indexes[family](host);

const indexes = {
  4: onceFor((host: Host) => readOnce(host, 4)),
  6: onceFor((host: Host) => readOnce(host, 6)),
};

function readOnce(host: Host, family: 4 | 6): Known<RuleSetIndex> {
  const namespace = host.own;
  const captured = family === 4 ? namespace.iptables : namespace.ip6tables;
  if (!captured.known) return captured;
  const nft = namespace.nftables.known ? namespace.nftables.value : null;
  const [whole] = captured.value.sets.toSorted((a, b) => countDockerRules(b) - countDockerRules(a));
  const set = whole === undefined ? undefined : inForce(whole, nft);
  if ((whole === undefined || countDockerRules(whole) === 0) && !isWhole(host, family))
    return unknown(`only one of the back ends of ${commandOf(family)} was captured, and Docker's rules are not in it`);
  if (set?.tables.length === 0 && whole?.tables.length !== 0)
    return unknown(`the tables of ${set.file} are switched off in nftables: none of their rules holds`);
  if (set === undefined) return known({ family, file: "", chains: new Map(), doubts: captured.value.missing });
  return known({
    family,
    file: set.file,
    chains: readChains(set),
    doubts: [
      ...captured.value.missing,
      ...doubtsOf(host, set),
      ...nftDoubts(host, whole ?? set),
      ...partsElsewhere(set, captured.value.sets),
      ...unclear(set, nft),
    ],
  });
}

/** Whether the rules of the host's default back end, or of both, were captured. */
function isWhole(host: Host, family: 4 | 6): boolean {
  const isThere = (kind: string) =>
    host.captures.some((capture) => capture.kind === kind && capture.netns === null && capture.state === "ok");
  const command = commandOf(family);
  return isThere(`${command}-save`) || (isThere(`${command}-nft-save`) && isThere(`${command}-legacy-save`));
}

function countDockerRules({ tables }: RuleSet): number {
  return tables.reduce(
    (sum, { chains, rules }) =>
      sum + [...chains.map(({ name }) => name), ...rules.map(({ chain }) => chain)].filter(isDockerChain).length,
    0,
  );
}

function readChains(set: RuleSet): ReadonlyMap<string, ActualChain> {
  const chains = new Map<string, ActualChain>();
  const compiled = new Map(compileIptables(set).map((table) => [table.name, table]));
  for (const { name: table, chains: declared, rules } of set.tables) {
    const byChain = new Map<string, PresentRule[]>(declared.map(({ name }) => [name, []]));
    for (const rule of rules) {
      const before = byChain.get(rule.chain) ?? [];
      const known = compiled.get(table)?.chains.get(rule.chain)?.rules[before.length];
      before.push(toActual(rule, set, table, before.length + 1, known));
      byChain.set(rule.chain, before);
    }
    for (const [name, own] of byChain) {
      const head = declared.find((chain) => chain.name === name);
      let keys: ReadonlyMap<string, PresentRule> | null = null;
      chains.set(placeOf(table, name), {
        table,
        name,
        policy: head?.policy ?? null,
        source: { file: set.file, line: head?.line ?? own[0]?.source.line ?? 1 },
        rules: own,
        get keys() {
          keys ??= new Map(own.toReversed().map((rule) => [rule.key, rule]));
          return keys;
        },
      });
    }
  }
  return chains;
}

function toActual(
  { options, line, chain }: IptablesRule,
  { family, file }: RuleSet,
  table: string,
  position: number,
  compiled?: Rule,
): PresentRule {
  const place = { position, source: { file, line }, family, table, chain, handle: null };
  // A rule that leads to a chain which was not captured is compiled anew: here the chain counts as there.
  const isSame = compiled?.source.line === line && lastAction(compiled).kind !== "unknowable";
  return presentRule(options, family, place, isSame ? compiled.statements : null);
}

/** Most rules are not asked about: what they do, their keys and texts are made when somebody does. */
export function presentRule(
  written: readonly IptablesOption[],
  family: 4 | 6,
  place: Omit<PresentRule, "written" | "statements" | "key" | "text">,
  known: readonly Statement[] | null = null,
): PresentRule {
  let statements = known;
  let key: string | null = null;
  return {
    ...place,
    written,
    get statements() {
      statements ??= statementsOf(written, family);
      return statements;
    },
    get key() {
      key ??= canonicalText(this.statements, family);
      return key;
    },
    get text() {
      return printOptions(written);
    },
  };
}

/** The rule that stands at a line of a capture of the host, in whichever of its rule sets; null where none does. */
export function ruleAt(host: Host, { file, line }: Source): PresentRule | null {
  const space = host.own;
  for (const captured of [space.iptables, space.ip6tables]) {
    const set = captured?.known === true ? captured.value.sets.find((one) => one.file === file) : undefined;
    if (set === undefined) continue;
    for (const table of set.tables) {
      const found = rulesByLine(table).get(line);
      if (found !== undefined) return toActual(found.rule, set, table.name, found.position);
    }
  }
  return null;
}

/** The rules of a table by their lines, each with its place in its chain, counted from 1. */
const rulesByLine = onceFor(({ rules }: IptablesTable) => {
  const counts = new Map<string, number>();
  return new Map(
    rules.map((rule) => {
      const position = (counts.get(rule.chain) ?? 0) + 1;
      counts.set(rule.chain, position);
      return [rule.line, { rule, position }];
    }),
  );
});

/** The command that deletes a rule. */
export function removeCommand({ family, table, chain, written, handle }: PresentRule): Command {
  if (handle !== null)
    return sh`sudo nft delete rule ${family === 6 ? "ip6" : "ip"} ${table} ${chain} handle ${handle}`;
  return sh`sudo ${commandOf(family ?? 4)} -t ${table} -D ${chain} ${written.map(optionWords)}`;
}

/** The command that writes a rule of iptables at the end of its chain, with more conditions if there are any. */
export const appendCommand = ({ family, table, chain, written }: PresentRule, more: Command = sh``): Command =>
  sh`sudo ${commandOf(family ?? 4)} -t ${table} -A ${chain} ${more} ${written.map(optionWords)}`;

/** Where a person's own rules come before Docker's: DOCKER-USER, or FORWARD where there is none (before 17.06; IPv6 before 23.0). */
export function userChain(host: Host, family: 4 | 6): "DOCKER-USER" | "FORWARD" {
  const book = indexRuleSet(host, family);
  const isMissing =
    book.known && book.value.chains.has("filter FORWARD") && !book.value.chains.has("filter DOCKER-USER");
  return isMissing ? "FORWARD" : "DOCKER-USER";
}

/** The command that writes options as a rule at the top of DOCKER-USER. */
export const insertUserRule = (family: 4 | 6, options: readonly IptablesOption[]): Command =>
  sh`sudo ${commandOf(family)} -I DOCKER-USER ${options.map(optionWords)}`;

export const commandOf = (family: 4 | 6): string => (family === 4 ? "iptables" : "ip6tables");

const plainWord = /^[\w.,:/@%+=[\]-]+$/;

/** The options as a person would paste them after `-A CHAIN` or `-D CHAIN`. */
export function printOptions(options: readonly IptablesOption[]): string {
  return options
    .map(({ name, values, negated }) =>
      [...(negated ? ["!"] : []), name, ...values.map((value) => (plainWord.test(value) ? value : quoted(value)))].join(
        " ",
      ),
    )
    .join(" ");
}

/** Options that say of which table, or since when a rule counts: no condition of one. */
const noCondition = new Set(["-t", "--table", "-c", "--set-counters"]);

/** An option of a rule as words of a command. Only names that the table of options knows are text of ours. */
function optionWords({ name, values, negated }: IptablesOption): Command {
  const option = noCondition.has(name) ? null : knownOption(name);
  if (option === null) return doubtful([name, ...values].join(" "), "is no condition or target that is known here");
  if (option.count !== values.length)
    return doubtful(
      [name, ...values].join(" "),
      `should have ${option.count === 1 ? "one value" : `${option.count} values`}`,
    );
  const words = [ownWord(name), ...values.map((value) => sh`${value}`)];
  return negated ? sh`! ${words}` : sh`${words}`;
}

const quoted = (value: string): string => `'${value.replaceAll("'", "'\\''")}'`;

function doubtsOf(host: Host, set: RuleSet): string[] {
  const report = host.captures.find(({ file, netns }) => file === set.file && netns === null);
  const cut = set.tables.find(({ commitLine }) => commitLine === null);
  return [
    ...(report?.truncated === true ? [`${set.file} is not whole`] : []),
    ...(cut === undefined ? [] : [`${set.file} ends in the middle of table ${cut.name}`]),
  ];
}

/** Tables of the same back end that stand in another file. */
const partsElsewhere = (set: RuleSet, all: readonly RuleSet[]): string[] =>
  all
    .filter((other) => other !== set && other.backend === set.backend && other.family === set.family)
    .map(({ file, tables }) => `${tables.map(({ name }) => name).join(" and ")} are in another file, ${file}`);

/** nft shows Docker's chains in the tables of iptables-nft, and this rule set has none: it is the other engine's. */
function nftDoubts(host: Host, set: RuleSet): string[] {
  if (countDockerRules(set) > 0) return [];
  const table = nftTableOfDocker(host, set.family);
  return table === null
    ? []
    : [`nft shows Docker's chains in table ${table}, ${set.file} does not: it is another back end's`];
}

/** Tables of which nft does not say legibly whether they are switched off. */
const unclear = (set: RuleSet, nft: NftRules | null): readonly string[] =>
  set.tables
    .filter(({ name }) => stateOfIptables(set, name, nft) === "unclear")
    .map(({ name }) => unclearTable({ family: set.family === 4 ? "ip" : "ip6", table: name }));

/** The table in which nft shows the chains that Docker made with iptables-nft: `ip filter`; null where it shows none. */
export function nftTableOfDocker(host: Host, version: 4 | 6): string | null {
  const nft = host.own.nftables;
  if (!nft.known) return null;
  const family = version === 4 ? "ip" : "ip6";
  const chain = nft.value.ruleset.chains.find((each) => each.family === family && each.name === "DOCKER");
  return chain === undefined ? null : `${family} ${chain.table}`;
}
