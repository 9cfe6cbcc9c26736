import { rangeAsked } from "../firewall/asked.ts";
import { compileIptables } from "../firewall/compile/iptables/compile-rule-set.ts";
import { mayDecide } from "../firewall/compile/nftables/deciding-chains.ts";
import type { RuleSet } from "../firewall/rule-set.ts";
import type { Hook, Rule } from "../firewall/rules.ts";
import { matchesBefore, targetChains } from "../firewall/statements.ts";
import { isLoopback } from "../lib/address-class.ts";
import type { Host, Namespace } from "../model/host.ts";
import { inForce, isKeptInNft, isOfIptables, tableState, unclearTable } from "../model/queries/nft-tables.ts";
import type { Reason } from "../reasons/reason.ts";
import type { StackFirewall } from "./types.ts";

/**
 * All rules of one family in a namespace. Several back ends can hold rules at once, and a packet then passes all of them. Rules
 * of nftables itself are not evaluated yet: where there are any, no verdict is certain.
 */
export function buildFirewall(host: Host, namespace: Namespace, family: 4 | 6): StackFirewall {
  const captured = family === 4 ? namespace.iptables : namespace.ip6tables;
  const tool = family === 4 ? "iptables" : "ip6tables";
  const { isHost } = namespace;
  const sets = captured.known ? captured.value.sets : [];
  const missing = captured.known ? captured.value.missing : [];
  const nft = namespace.nftables.known ? namespace.nftables.value : null;
  const tables = sets.flatMap((set) => compileIptables(inForce(set, nft)));
  // Without any IPv6 network the engine's IPv6 rules touch no traffic; only somebody else's could, who has rules for IPv4, too.
  const untouched = isHost && family === 6 && !host.networks.some(({ enableIPv6 }) => enableIPv6);
  const assumes = [
    ...(captured.known || (isHost && !untouched)
      ? []
      : [{ code: "no-rules-assumed", namespace: namespace.name, tool, why: captured.why } as const]),
    ...(namespace.nftables.known || !isHost
      ? []
      : [{ code: "no-nftables-assumed", tool, why: namespace.nftables.why } as const]),
  ];
  const everywhere = whyUnknown(captured, missing, tool, isHost && !untouched);
  const unknown =
    everywhere === null
      ? new Map<Hook, Reason>([
          ...(isHost ? engineRulesElsewhere(host, sets, family) : []),
          ...(!captured.known && untouched ? unseenIpv6(host, namespace, captured.why) : []),
          ...nativeNft(namespace, family, sets),
        ])
      : new Map(hooks.map((hook) => [hook, everywhere]));
  return { firewall: { tables }, unknown, assumes };
}

/** Why nothing is known of what the hooks do: rules that are missing among the captured ones, or all of them. */
function whyUnknown(
  captured: Namespace["iptables"],
  [missing]: readonly string[],
  tool: string,
  matters: boolean,
): Reason | null {
  if (missing !== undefined) return { code: "rules-part-missing", why: missing };
  return captured.known || !matters
    ? null
    : { code: "rules-not-captured", tool, why: captured.why, lacks: captured.lacks };
}

const hooks: readonly Hook[] = ["prerouting", "input", "forward", "output", "postrouting"];

/** Where the engine hooks its own chains in (moby, libnetwork/drivers/bridge/internal/nftabler/nftabler.go at docker-v29.0.0). */
const engineHooks: readonly Hook[] = ["prerouting", "forward", "output", "postrouting"];

/**
 * A network's engine has rules for it. Where the captured ones hold no chain of its, it keeps them in nftables (Docker from 29
 * on, netavark from 1.10 on) or has none, and only `nft list ruleset` would tell which.
 */
function engineRulesElsewhere(host: Host, sets: readonly RuleSet[], family: 4 | 6): Map<Hook, Reason> {
  const { engine, networks, own } = host;
  const hasNetworks = networks.some(
    ({ bridge, enableIPv4, enableIPv6 }) => bridge !== null && (family === 4 ? enableIPv4 : enableIPv6),
  );
  const writesIptables =
    engine.settings.iptables === false ||
    (engine.firewallBackend !== null && !engine.firewallBackend.startsWith("nftables")) ||
    (engine.release.before !== null && engine.release.before <= 29);
  const isSettled = writesIptables || own.nftables.known !== false;
  const isOfEngine = (chain: string) => /^(DOCKER|NETAVARK|CNI)\b/.test(chain);
  if (!hasNetworks || isSettled || sets.length === 0) return new Map();
  // It writes both families the same way; of IPv6 it may write nothing, which is its default before 27.
  const both = [own.iptables, own.ip6tables].flatMap((one) => (one.known ? one.value.sets : []));
  if (both.some(({ tables }) => tables.some(({ chains }) => chains.some(({ name }) => isOfEngine(name)))))
    return new Map();
  const tool = family === 4 ? "iptables-save" : "ip6tables-save";
  return new Map(engineHooks.map((hook) => [hook, { code: "engine-rules-elsewhere", tool, lacks: "nft-ruleset" }]));
}

/** The hooks of which it is not known whether IPv6 packets meet rules: somebody beside the engine has some there for IPv4. */
function unseenIpv6(host: Host, { iptables }: Namespace, why: string): Map<Hook, Reason> {
  const bridges = new Set(host.networks.flatMap(({ bridge }) => bridge ?? []));
  // A port that is published on the loopback is closed to others in raw PREROUTING: `-d 127.0.0.1/32 ! -i lo … -j DROP`.
  const isEngines = (rule: Rule) => {
    const to = rangeAsked(rule, "destination");
    return (
      targetChains(rule).some((chain) => chain.startsWith("DOCKER")) ||
      matchesBefore(rule).some((one) => one.kind === "interface" && bridges.has(one.name)) ||
      (to !== null && isLoopback({ family: 4, value: to.from }))
    );
  };
  const bases = (iptables.known ? iptables.value.sets : [])
    .flatMap(compileIptables)
    .flatMap(({ baseChains }) => baseChains.filter(({ type }) => type !== "nat"));
  const isForeign = (hook: Hook) =>
    bases.some(
      (base) =>
        base.hook === hook &&
        // The engine sets FORWARD's policy itself.
        ((base.policy !== "accept" && hook !== "forward") || base.chain.rules.some((rule) => !isEngines(rule))),
    );
  return new Map(
    hooks.filter(isForeign).map((hook) => [hook, { code: "ipv6-rules-unseen", why, lacks: "ip6tables-save" }]),
  );
}

/** The hooks at which a packet of this family would meet rules of nftables itself. */
function nativeNft(
  { name: namespace, nftables }: Namespace,
  family: 4 | 6,
  sets: readonly RuleSet[],
): Map<Hook, Reason> {
  const found = new Map<Hook, Reason>();
  if (!nftables.known) return found;
  const { ruleset, file } = nftables.value;
  const own = family === 4 ? "ip" : "ip6";
  for (const chain of ruleset.chains) {
    const { family: tableFamily, table, base, line } = chain;
    const hook = hooks.find((one) => one === base?.hook);
    if (hook === undefined || (tableFamily !== own && tableFamily !== "inet")) continue;
    // iptables-nft keeps its tables in nftables under its own names: iptables-save has told of them.
    const told = isOfIptables(chain) ? sets.find((set) => isKeptInNft(set, table, ruleset)) : undefined;
    const state = tableState(ruleset, chain);
    if (state === "dormant" || !mayDecide(ruleset, chain, family) || (told !== undefined && state === "active"))
      continue;
    const tool = family === 4 ? "iptables-save" : "ip6tables-save";
    const unclear = state === "unclear" ? `; ${unclearTable(chain)}` : "";
    const facts = { namespace, table: `${tableFamily} ${table}`, at: `${file}:${line}`, unclear };
    found.set(
      hook,
      told !== undefined
        ? { code: "table-state-unclear", why: unclearTable(chain) }
        : isOfIptables(chain) && sets.length === 0
          ? { code: "iptables-only-in-nftables", tool, ...facts }
          : { code: "nftables-not-evaluated", ...facts },
    );
  }
  return found;
}
