import type { RuleSet } from "../../../firewall/rule-set.ts";
import { onceFor } from "../../../lib/once-for.ts";
import type { IptablesChain, IptablesRule, IptablesTable } from "../../../parsers/iptables-save.ts";
import type { BaseChain, Chain, Hook, Rule, Table } from "../../rules.ts";
import { compileRule, type TableContext } from "./compile-rule.ts";

/** The hooks that each builtin chain is called from. */
const hooks: Readonly<Record<string, Hook>> = {
  PREROUTING: "prerouting",
  INPUT: "input",
  FORWARD: "forward",
  OUTPUT: "output",
  POSTROUTING: "postrouting",
};

/** The builtin chains of each table, and NF_IP_PRI_* of linux/netfilter_ipv4.h that they are registered with. */
const builtin: Readonly<
  Record<string, { readonly chains: readonly string[]; readonly priority: (chain: string) => number }>
> = {
  raw: { chains: ["PREROUTING", "OUTPUT"], priority: () => -300 },
  mangle: { chains: ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"], priority: () => -150 },
  // Source addresses are rewritten last on the way out, and last on the way to a local socket.
  nat: {
    chains: ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
    priority: (chain) => (chain === "PREROUTING" || chain === "OUTPUT" ? -100 : 100),
  },
  filter: { chains: ["INPUT", "FORWARD", "OUTPUT"], priority: () => 0 },
  security: { chains: ["INPUT", "FORWARD", "OUTPUT"], priority: () => 50 },
};

/**
 * Compiles the tables of one iptables back end and family. A table that occurs twice counts as `iptables-restore` would
 * have it: the later one replaces the earlier. Never throws, whatever the rules say.
 */
export function compileIptables(set: RuleSet): readonly Table[] {
  const tables = new Map<string, IptablesTable>();
  for (const table of set.tables) tables.set(table.name, table);
  return [...tables.values()].map((table) => compiledTable(table, set));
}

/** One table may stand in several rule sets: each has its own of it. */
const compiledFrom = onceFor((_: IptablesTable) => new Map<string, Table>());

/** Hosts that differ in a few rules share their other tables. */
function compiledTable(table: IptablesTable, set: RuleSet): Table {
  const known = compiledFrom(table);
  const key = `${set.family} ${set.backend} ${set.file}`;
  const compiled = known.get(key) ?? compileTable(table, set);
  known.set(key, compiled);
  return compiled;
}

function compileTable(table: IptablesTable, set: RuleSet): Table {
  const declared = new Map<string, IptablesChain>();
  for (const chain of table.chains) if (!declared.has(chain.name)) declared.set(chain.name, chain);
  const rules = new Map<string, IptablesRule[]>();
  for (const rule of table.rules) {
    const list = rules.get(rule.chain);
    if (list === undefined) rules.set(rule.chain, [rule]);
    else list.push(rule);
  }

  const builtins = builtin[table.name]?.chains ?? [];
  // Nothing jumps to a builtin chain.
  const isBase = (name: string): boolean => builtins.includes(name) && declared.get(name)?.policy !== null;
  const names = new Set([...declared.keys(), ...rules.keys()]);
  const context: TableContext = {
    family: set.family,
    backend: set.backend,
    file: set.file,
    hasChain: (name) => names.has(name) && !isBase(name),
  };

  const chains = new Map<string, Chain>();
  for (const name of names) {
    const compiled = (rules.get(name) ?? []).map((rule, i) => compileRule(rule, i + 1, context));
    const line = declared.get(name)?.line ?? rules.get(name)?.[0]?.line ?? table.line;
    if (!declared.has(name)) compiled.push(afterUndeclared(name, compiled.length + 1, set.file, line));
    chains.set(name, { name, source: { file: set.file, line }, rules: compiled });
  }
  const baseChains = builtins.flatMap((name) => {
    const chain = chains.get(name);
    return chain === undefined || !isBase(name) ? [] : [baseChain(table.name, chain, declared.get(name))];
  });
  return { name: table.name, family: set.family, backend: set.backend, chains, baseChains };
}

function baseChain(table: string, chain: Chain, declared: IptablesChain | undefined): BaseChain {
  return {
    chain,
    hook: hooks[chain.name] ?? "forward",
    priority: builtin[table]?.priority(chain.name) ?? 0,
    type: table === "nat" ? "nat" : table === "mangle" && chain.name === "OUTPUT" ? "route" : "filter",
    policy: declared?.policy === "DROP" ? "drop" : "accept",
    counters: declared?.counters ?? null,
  };
}

/** `iptables-save` declares every chain; rules of one that it does not are a piece of some text, and may go on. */
function afterUndeclared(chain: string, position: number, file: string, line: number): Rule {
  const why = `the chain ${chain} is not declared: its end and its policy may be missing`;
  return {
    statements: [{ kind: "unknowable", why }],
    text: `-A ${chain} …`,
    position,
    source: { file, line },
    counters: null,
  };
}
