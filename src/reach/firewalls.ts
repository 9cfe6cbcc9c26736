import type { Table } from "../firewall/program.ts";
import type { Host, Namespace, RuleSet } from "../model/host.ts";
import type { StackFirewall } from "./stack.ts";

const iptablesTables = new Set(["raw", "mangle", "nat", "filter", "security"]);

/**
 * All rules of one family in a namespace. Several back ends can hold rules at once, and a packet then passes all of them. Rules
 * of nftables itself are not evaluated yet: where there are any, no verdict is certain.
 */
export function buildFirewall(
  host: Host,
  namespace: Namespace,
  family: 4 | 6,
  compile: (set: RuleSet) => readonly Table[],
): StackFirewall {
  const captured = family === 4 ? namespace.iptables : namespace.ip6tables;
  const tool = family === 4 ? "iptables" : "ip6tables";
  const isHost = namespace.id === "host";
  const sets = captured.known ? captured.value.sets : [];
  const missing = captured.known ? captured.value.missing : [];
  const tables = sets.flatMap((set) => compile(set));
  const native = nativeNft(namespace, family, sets);
  // Without any IPv6 network the engine's IPv6 rules touch no traffic; only somebody else's could.
  const untouched = isHost && family === 6 && !host.networks.some(({ enableIPv6 }) => enableIPv6);
  const assumes = [
    ...(captured.known || (isHost && !untouched)
      ? []
      : [`${namespace.id} has no ${tool} rules that matter: ${captured.why}`]),
    ...(namespace.nftables.known || !isHost
      ? []
      : [`there are no nftables rules beside ${tool}'s: ${namespace.nftables.why}`]),
  ];
  const unknown =
    native ?? missing[0] ?? (captured.known || !isHost || untouched ? null : `${tool} rules: ${captured.why}`);
  return { firewall: { tables }, unknown, assumes };
}

/** The first nftables table with rules of its own that a packet of this family would meet; null when there is none. */
function nativeNft(namespace: Namespace, family: 4 | 6, sets: readonly RuleSet[]): string | null {
  if (!namespace.nftables.known) return null;
  const { ruleset } = namespace.nftables.value;
  const own = family === 4 ? "ip" : "ip6";
  for (const { family: tableFamily, table, base, name } of ruleset.chains) {
    if (base === null || (tableFamily !== own && tableFamily !== "inet")) continue;
    // iptables-nft keeps its tables in nftables under its own names: iptables-save has told of them.
    const all = ruleset.rules.filter((rule) => rule.family === tableFamily && rule.table === table);
    if (tableFamily === own && iptablesTables.has(table) && sets.some((set) => tells(set, table, all.length))) continue;
    const rules = all.filter(({ chain }) => chain === name);
    if (rules.length === 0 && base.policy !== "drop") continue;
    return `table ${tableFamily} ${table} holds nftables rules, which are not evaluated yet`;
  }
  return null;
}

/** Whether a rule set is the nft back end's, and so tells of its table in nftables; one that does not say has as many rules. */
function tells({ backend, tables }: RuleSet, table: string, rules: number): boolean {
  if (backend !== "unknown") return backend === "nft";
  return tables.some((one) => one.name === table && one.rules.length === rules);
}
