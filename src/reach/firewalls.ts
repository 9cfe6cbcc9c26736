import type { Hook, Table } from "../firewall/program.ts";
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
  const everywhere = missing[0] ?? (captured.known || !isHost || untouched ? null : `${tool} rules: ${captured.why}`);
  const unknown =
    everywhere === null ? nativeNft(namespace, family, sets) : new Map(hooks.map((hook) => [hook, everywhere]));
  return { firewall: { tables }, unknown, assumes };
}

const hooks: readonly Hook[] = ["prerouting", "input", "forward", "output", "postrouting"];

/** The hooks at which a packet of this family would meet rules of nftables itself. */
function nativeNft(namespace: Namespace, family: 4 | 6, sets: readonly RuleSet[]): Map<Hook, string> {
  const found = new Map<Hook, string>();
  if (!namespace.nftables.known) return found;
  const { ruleset } = namespace.nftables.value;
  const own = family === 4 ? "ip" : "ip6";
  for (const { family: tableFamily, table, base, name } of ruleset.chains) {
    const hook = hooks.find((one) => one === base?.hook);
    if (base === null || hook === undefined || (tableFamily !== own && tableFamily !== "inet")) continue;
    // iptables-nft keeps its tables in nftables under its own names: iptables-save has told of them.
    const all = ruleset.rules.filter((rule) => rule.family === tableFamily && rule.table === table);
    if (tableFamily === own && iptablesTables.has(table) && sets.some((set) => tells(set, table, all.length))) continue;
    if (base.policy !== "drop" && !all.some(({ chain }) => chain === name)) continue;
    const isOfIptables = tableFamily === own && iptablesTables.has(table) && sets.length === 0;
    const tool = family === 4 ? "iptables-save" : "ip6tables-save";
    const why = isOfIptables ? `and ${tool} was not captured there` : "which are not evaluated yet";
    found.set(hook, `table ${tableFamily} ${table} of ${namespace.id} holds nftables rules, ${why}`);
  }
  return found;
}

/** Whether a rule set is the nft back end's, and so tells of its table in nftables; one that does not say has as many rules. */
function tells({ backend, tables }: RuleSet, table: string, rules: number): boolean {
  if (backend !== "unknown") return backend === "nft";
  return tables.some((one) => one.name === table && one.rules.length === rules);
}
