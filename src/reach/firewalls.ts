import { mayDecide } from "../firewall/nftables/deciding-chains.ts";
import type { Hook, Table } from "../firewall/program.ts";
import type { Host, Namespace, RuleSet } from "../model/host.ts";
import { inForce, isKeptInNft, tableState, unclearTable } from "../model/nft-tables.ts";
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
  const nft = namespace.nftables.known ? namespace.nftables.value : null;
  const tables = sets.flatMap((set) => compile(inForce(set, nft)));
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
function nativeNft({ id, nftables }: Namespace, family: 4 | 6, sets: readonly RuleSet[]): Map<Hook, string> {
  const found = new Map<Hook, string>();
  if (!nftables.known) return found;
  const { ruleset, file } = nftables.value;
  const own = family === 4 ? "ip" : "ip6";
  for (const chain of ruleset.chains) {
    const { family: tableFamily, table, base, line } = chain;
    const hook = hooks.find((one) => one === base?.hook);
    if (hook === undefined || (tableFamily !== own && tableFamily !== "inet")) continue;
    const isOfIptables = tableFamily === own && iptablesTables.has(table);
    // iptables-nft keeps its tables in nftables under its own names: iptables-save has told of them.
    const told = isOfIptables ? sets.find((set) => isKeptInNft(set, table, ruleset)) : undefined;
    const state = tableState(ruleset, chain);
    if (state === "dormant" || !mayDecide(ruleset, chain, family) || (told !== undefined && state === "active"))
      continue;
    const tool = family === 4 ? "iptables-save" : "ip6tables-save";
    const why =
      isOfIptables && sets.length === 0 ? `and ${tool} was not captured there` : "which are not evaluated yet";
    const unclear = state === "unclear" ? `; ${unclearTable(chain)}` : "";
    found.set(
      hook,
      told !== undefined
        ? unclearTable(chain)
        : `table ${tableFamily} ${table} of ${id} (${file}:${line}) holds nftables rules, ${why}${unclear}`,
    );
  }
  return found;
}
