import { formatEndpoint } from "../lib/endpoint.ts";
import { type Known, known, unknown } from "../lib/known.ts";
import type { Source } from "../lib/source.ts";
import type { Host, NftRules } from "../model/host.ts";
import { tableState, unclearTable } from "../model/queries/nft-tables.ts";
import type { IptablesOption } from "../parsers/iptables-save.ts";
import type { NftRule } from "../parsers/nft-ruleset.ts";
import { type ActualChain, type PresentRule, placeOf, presentRule, type RuleSetIndex } from "./rule-set-index.ts";

/** The engine's table, for both families (moby, internal/nftabler/nftabler.go, docker-v29.0.0). */
export const nftTable = "docker-bridges";

/**
 * The engine's nftables rules, each written as the iptables options that say the same, so that both back ends are compared in
 * one way. An expression that the engine does not use becomes an option of its own name, which equals nothing expected.
 * The elements of its verdict maps become rules of a chain named as the map.
 */
export function indexNftRuleSet(host: Host, family: 4 | 6): Known<RuleSetIndex> {
  const rules = host.own.nftables;
  if (!rules.known) return rules;
  const { ruleset } = rules.value;
  const table = { family: family === 4 ? "ip" : "ip6", table: nftTable };
  const state = tableState(ruleset, table);
  if (state === "dormant") return unknown(`table ${table.family} ${nftTable} is switched off: none of its rules holds`);
  const truncated = host.captures.some(({ file, truncated }) => file === rules.value.file && truncated);
  return known({
    family,
    file: rules.value.file,
    chains: readChains(rules.value, table.family),
    doubts: [
      ...(truncated ? [`${rules.value.file} is not whole`] : []),
      ...(state === "unclear" ? [unclearTable(table)] : []),
    ],
  });
}

function readChains({ file, ruleset }: NftRules, family: string): ReadonlyMap<string, ActualChain> {
  const isOurs = (each: { readonly family: string; readonly table: string }) =>
    each.family === family && each.table === nftTable;
  const byChain = new Map<string, PresentRule[]>();
  for (const rule of ruleset.rules.filter(isOurs)) {
    const before = byChain.get(rule.chain) ?? [];
    before.push(toActual(rule, file, before.length + 1));
    byChain.set(rule.chain, before);
  }
  const chain = (name: string, line: number, policy: string | null, rules: readonly PresentRule[]) =>
    [
      placeOf(nftTable, name),
      {
        table: nftTable,
        name,
        policy,
        source: { file, line },
        rules,
        keys: new Map(rules.toReversed().map((rule) => [rule.key, rule])),
      },
    ] as const;
  return new Map<string, ActualChain>([
    ...ruleset.chains
      .filter(isOurs)
      .map(({ name, line, base }) => chain(name, line, base?.policy ?? null, byChain.get(name) ?? [])),
    ...ruleset.sets
      .filter((set) => isOurs(set) && set.map !== null && set.map !== undefined)
      .map(({ name, line, elements }) =>
        chain(
          name,
          line,
          null,
          elements.map((one, i) => element(one, name, family === "ip" ? 4 : 6, { file, line }, i)),
        ),
      ),
  ]);
}

function toActual(rule: NftRule, file: string, position: number): PresentRule {
  const family = rule.family === "ip" ? 4 : 6;
  return presentRule(mergePorts(rule.expr.flatMap(optionsOf)), family, {
    position,
    source: { file, line: rule.line },
    family,
    table: nftTable,
    chain: rule.chain,
    handle: rule.handle,
  });
}

/** An element of a verdict map: `["docker0", {"jump": {"target": "filter-forward-in__docker0"}}]`. */
function element(value: unknown, map: string, family: 4 | 6, source: Source, index: number): PresentRule {
  const [name, verdict] = Array.isArray(value) ? (value as readonly unknown[]) : [];
  const options = [option(map.includes("-in-") ? "-o" : "-i", [String(name)]), ...optionsOf(verdict)];
  const place = { position: index + 1, source, family: null, table: nftTable, chain: map, handle: null };
  return presentRule(options, family, place);
}

const option = (name: string, values: readonly string[], negated = false): IptablesOption => ({
  name,
  values,
  negated,
  bang: negated ? "before" : null,
});

/** One statement of an nftables rule (libnftables-json(5)) as iptables options; counters say nothing. */
function optionsOf(statement: unknown): IptablesOption[] {
  const [[kind, body] = ["?", null]] = Object.entries((statement ?? {}) as Record<string, unknown>);
  switch (kind) {
    case "counter":
      return [];
    case "accept":
    case "drop":
    case "return":
    case "masquerade":
      return [option("-j", [kind.toUpperCase()])];
    case "jump":
      return [option("-j", [String(member(body, "target"))])];
    case "snat":
      return [option("-j", ["SNAT"]), option("--to-source", [String(member(body, "addr"))])];
    case "dnat": {
      const to = formatEndpoint(String(member(body, "addr")), String(member(body, "port")));
      return [option("-j", ["DNAT"]), option("--to-destination", [to])];
    }
    case "vmap": {
      const key = member(member(member(body, "key"), "meta"), "key");
      return [option(key === "oifname" ? "-o" : "-i", [String(member(body, "data"))]), option("-j", ["vmap"])];
    }
    case "match":
      return matchOptions(member(body, "left"), member(body, "op") === "!=", member(body, "right"));
    default:
      return [option(`nft-${kind}`, [JSON.stringify(body)])];
  }
}

function matchOptions(left: unknown, negated: boolean, right: unknown): IptablesOption[] {
  const values = [textOf(right)];
  const meta = member(member(left, "meta"), "key");
  if (meta === "iifname" || meta === "oifname") return [option(meta === "iifname" ? "-i" : "-o", values, negated)];
  if (meta === "l4proto") return [option("-p", values, negated)];
  const protocol = String(member(member(left, "payload"), "protocol"));
  const field = member(member(left, "payload"), "field");
  if (field === "saddr" || field === "daddr") return [option(field === "saddr" ? "-s" : "-d", values, negated)];
  if (field === "protocol") return [option("-p", values, negated)];
  if (field === "dport") return [option("-p", [protocol]), option("--dport", values, negated)];
  if (member(member(left, "ct"), "key") === "state")
    return [option("-m", ["conntrack"]), option("--ctstate", [textOf(right).toUpperCase()], negated)];
  const flags = textOf(member(member(left, "fib"), "flags"));
  if (flags === "daddr" || flags === "saddr")
    return [
      option("-m", ["addrtype"]),
      option(flags === "daddr" ? "--dst-type" : "--src-type", [textOf(right).toUpperCase()], negated),
    ];
  return [option("nft-match", [JSON.stringify(left), ...values], negated)];
}

/** `-p tcp` once, though each port brings it. */
const mergePorts = (options: readonly IptablesOption[]): IptablesOption[] =>
  options.filter(
    (one, at) =>
      one.name !== "-p" || options.findIndex(({ name, values }) => name === "-p" && values[0] === one.values[0]) === at,
  );

function textOf(value: unknown): string {
  const prefix = member(value, "prefix");
  if (prefix !== undefined) return `${String(member(prefix, "addr"))}/${String(member(prefix, "len"))}`;
  const set = member(value, "set") ?? value;
  return Array.isArray(set) ? (set as readonly unknown[]).map(String).sort().join(",") : String(value);
}

const member = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
