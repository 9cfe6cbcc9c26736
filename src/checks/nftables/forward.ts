import { isMaybe, maybe } from "../../firewall/tri.ts";
import type { Source } from "../../lib/source.ts";
import type { Host } from "../../model/host.ts";
import { tableState } from "../../model/queries/nft-tables.ts";
import type { NftChain, NftRule, NftRuleset } from "../../parsers/nft-ruleset.ts";
import type { Skip } from "../check.ts";
import { skip } from "../skip.ts";
import { allMatch, matchesNft, member, type NftPacket, type NftScope } from "./match.ts";

/** How a chain ends for a packet: a verdict with the rule that gave it, back to the caller, or nobody can tell. */
type End =
  | { readonly kind: "accept" | "drop"; readonly rule: NftRule | null }
  | { readonly kind: "return" | "unknown" };

/** A base chain of nftables' own that drops or rejects a forwarded packet, or for which nobody can tell. */
export interface NftDrop {
  readonly certain: boolean;
  readonly chain: NftChain;
  /** Null when the chain's policy dropped it. */
  readonly rule: NftRule | null;
  readonly source: Source;
}

/** Rules tested for one packet in one base chain, all ways together; hostile chains would go on for ever. */
const mostRules = 20_000;

/**
 * Asks each base chain of the forward hook, of the given tables, about a packet: netfilter goes through all of them, an accept
 * ends only its own chain and a drop is final (nft(8), net/netfilter/nf_tables_core.c nft_do_chain).
 */
export function nftDrops(host: Host, packet: NftPacket, concerns: (chain: NftChain) => boolean): readonly NftDrop[] {
  const nft = host.own.nftables;
  if (!nft.known) return [];
  const { file, ruleset } = nft.value;
  return ruleset.chains.flatMap((chain) => {
    const { base, family, table } = chain;
    if (base?.hook !== "forward" || base.type !== "filter" || !concerns(chain)) return [];
    if (family !== "inet" && family !== (packet.family === 4 ? "ip" : "ip6")) return [];
    const state = tableState(ruleset, chain);
    if (state === "dormant") return [];
    const walk: Walk = {
      packet,
      scope: { ruleset, family, table },
      rules: rulesByChain(ruleset, chain),
      left: mostRules,
    };
    const end = walkChain(walk, chain.name, 0);
    const certain = end.kind !== "unknown" && state === "active";
    const passes = end.kind === "accept" || (end.kind === "return" && base.policy !== "drop");
    if (passes) return [];
    const rule = end.kind === "drop" ? end.rule : null;
    return [{ certain, chain, rule, source: { file, line: rule?.line ?? chain.line } }];
  });
}

/** Says of a chain that what it does to a packet hangs on what the snapshot does not show. */
export const untold = ({ chain: { family, table, name } }: NftDrop): Skip =>
  skip(
    `whether the nftables chain ${family} ${table} ${name} drops hangs on a set, limit, match or table's flag that cannot be told`,
  );

interface Walk {
  readonly packet: NftPacket;
  readonly scope: NftScope;
  readonly rules: ReadonlyMap<string, readonly NftRule[]>;
  left: number;
}

function rulesByChain({ rules }: NftRuleset, { family, table }: NftChain): ReadonlyMap<string, readonly NftRule[]> {
  const byChain = new Map<string, NftRule[]>();
  for (const rule of rules) {
    if (rule.family !== family || rule.table !== table) continue;
    const before = byChain.get(rule.chain);
    if (before === undefined) byChain.set(rule.chain, [rule]);
    else before.push(rule);
  }
  return byChain;
}

function walkChain(walk: Walk, name: string, depth: number, from = 0): End {
  const rules = walk.rules.get(name) ?? [];
  if (depth > 16) return { kind: "unknown" };
  for (let at = from; at < rules.length; at++) {
    if (walk.left-- <= 0) return { kind: "unknown" };
    const rule = rules[at] as NftRule;
    const matched = matchRule(walk, rule);
    if (matched === false) continue;
    const end = effectOf(walk, rule, depth);
    if (end === null) continue;
    if (matched === true) return end;
    // It may match or not: only when both come to the same is it certain.
    const rest = walkChain(walk, name, depth, at + 1);
    return rest.kind === end.kind ? rest : { kind: "unknown" };
  }
  return { kind: "return" };
}

function matchRule({ packet, scope }: Walk, { expr }: NftRule) {
  const tests = expr.flatMap((statement) =>
    member(statement, "match") === undefined ? [] : [member(statement, "match")],
  );
  const matched = allMatch(tests, packet, scope);
  const limited = expr.some(
    (statement) => member(statement, "limit") !== undefined || member(statement, "quota") !== undefined,
  );
  return matched === true && limited ? maybe({ code: "match-unknowable", why: "a limit" }) : matched;
}

/** What a rule that matches does; null when the next rule follows. */
function effectOf(walk: Walk, rule: NftRule, depth: number): End | null {
  for (const statement of rule.expr) {
    const [kind] = Object.keys((statement ?? {}) as object);
    switch (kind) {
      case "accept":
        return { kind: "accept", rule };
      case "drop":
      case "reject":
        return { kind: "drop", rule };
      case "return":
        return { kind: "return" };
      case "queue":
        return { kind: "unknown" };
      case "jump":
      case "goto": {
        const end = walkChain(walk, String(member(member(statement, kind), "target")), depth + 1);
        if (end.kind !== "return") return end;
        if (kind === "goto") return end;
        break;
      }
      case "vmap": {
        const end = verdictOf(walk, member(statement, "vmap"), rule, depth);
        if (end !== null) return end;
        break;
      }
    }
  }
  return null;
}

/** A verdict map: the first element that the key equals decides. */
function verdictOf(walk: Walk, vmap: unknown, rule: NftRule, depth: number): End | null {
  const { scope, packet } = walk;
  const data = member(vmap, "data");
  const named = typeof data === "string" ? data.replace(/^@/, "") : null;
  const set = scope.ruleset.sets.find(
    ({ family, table, name }) => family === scope.family && table === scope.table && name === named,
  );
  const list = named === null ? member(data, "set") : set?.elements;
  if (!Array.isArray(list)) return { kind: "unknown" };
  for (const element of list as readonly unknown[]) {
    const [key, verdict] = Array.isArray(element) ? (element as readonly unknown[]) : [];
    const matched = matchesNft({ left: member(vmap, "key"), op: "==", right: key }, packet, scope);
    if (isMaybe(matched)) return { kind: "unknown" };
    if (matched) return effectOf(walk, { ...rule, expr: [verdict] }, depth);
  }
  return null;
}
