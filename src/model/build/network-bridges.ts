import { prefixOfRange } from "../../firewall/address-range.ts";
import { natOf, rangeAsked } from "../../firewall/asked.ts";
import { compileIptables } from "../../firewall/compile/iptables/compile-rule-set.ts";
import { matchesBefore } from "../../firewall/statements.ts";
import { formatPrefix, prefixAround, sameAddress } from "../../lib/address.ts";
import { groupBy } from "../../lib/group-by.ts";
import type { Interface, Namespace, Network } from "../host.ts";
import { idInName, isNamedById } from "../queries/docker-names.ts";
import type { Captured } from "./captured.ts";

/**
 * Networks with the bridges that they really have. The name that the engine would have given counts where there is such an
 * interface. Where there is none (a vendor's names, a bridge that was renamed), the network's bridge is the one named after its
 * id, or else the one that carries the network's gateway with the length of its subnet, as the engine gives it to that one
 * alone (libnetwork, drivers/bridge/setup_ipv4_linux.go). Without `ip a`, its rule of source NAT names subnet and bridge. What
 * fits two networks, or has two that fit, is nobody's: then, and where the address was lost, the name is kept.
 */
export function findBridges(captured: Captured, host: Namespace, networks: readonly Network[]): readonly Network[] {
  const interfaces = host.interfaces.known ? host.interfaces.value : [];
  const listed = new Set(captured.all("brctl-show", null).flatMap(({ data }) => data.map(({ name }) => name)));
  const names = new Set([...interfaces.map(({ name }) => name), ...listed]);
  const inRules = host.interfaces.known ? [] : bridgesInRules(host);
  // A bridge that somebody has by name, in the lists or, without any, in the rules.
  const known = names.size > 0 ? names : new Set(inRules.map(({ bridge }) => bridge));
  let lost = networks.filter(({ bridge }) => bridge !== null && !known.has(bridge));
  const taken = new Set(networks.flatMap(({ bridge }) => (bridge !== null && known.has(bridge) ? [bridge] : [])));
  const found = new Map<Network, string>();
  const settle = (candidates: (network: Network) => readonly string[]) => {
    for (const [network, bridge] of soleMatches(lost, (one) => candidates(one).filter((name) => !taken.has(name)))) {
      found.set(network, bridge);
      taken.add(bridge);
    }
    lost = lost.filter((network) => !found.has(network));
  };
  if (lost.length > 0) settle(namedAfter(known));
  if (lost.length > 0) settle(carrying(interfaces.filter(isBridge(interfaces, listed))));
  if (lost.length > 0) settle(maskedBy(inRules.filter(({ bridge }) => known.has(bridge))));
  return networks.map((network) => ({ ...network, bridge: found.get(network) ?? network.bridge }));
}

/** The networks with one bridge that fits, and which fits no other network. */
function soleMatches(
  networks: readonly Network[],
  candidates: (network: Network) => readonly string[],
): readonly (readonly [Network, string])[] {
  const fits = networks.flatMap((network) => {
    const bridges = new Set(candidates(network));
    return [...bridges].map((bridge) => ({ network, bridge, sole: bridges.size === 1 }));
  });
  return [...groupBy(fits, ({ bridge }) => bridge)].flatMap(([bridge, [only, ...others]]) =>
    only?.sole === true && others.length === 0 ? [[only.network, bridge] as const] : [],
  );
}

/** The names that end in the beginning of a network's id. */
function namedAfter(names: Iterable<string>): (network: Network) => readonly string[] {
  const byDigits = groupBy(names, idInName);
  const lengths = [...new Set([...byDigits.keys()].map((digits) => digits?.length ?? 0))].filter(
    (length) => length > 0,
  );
  return ({ id }) => lengths.flatMap((length) => (id.length < length ? [] : (byDigits.get(id.slice(0, length)) ?? [])));
}

/** The bridges that carry a network's gateway, or, where it is not printed, an address of its subnet, with the subnet's length. */
function carrying(bridges: readonly Interface[]): (network: Network) => readonly string[] {
  const carried = bridges
    .filter(({ name }) => !isNamedById(name))
    .flatMap(({ name, addresses }) =>
      addresses.map((one) => ({
        name,
        address: one.address,
        subnet: formatPrefix(prefixAround(one)),
      })),
    );
  const bySubnet = groupBy(carried, ({ subnet }) => subnet);
  return ({ subnets }) =>
    subnets.flatMap(({ subnet, gateway }) => {
      const inside = bySubnet.get(formatPrefix(subnet)) ?? [];
      return inside.flatMap(({ name, address }) => (gateway === null || sameAddress(address, gateway) ? [name] : []));
    });
}

/** Whether an interface is a bridge: by its kind, which only `-d` prints, by brctl, or as the master of others that is no bond. */
function isBridge(all: readonly Interface[], listed: ReadonlySet<string>): (one: Interface) => boolean {
  const masters = new Set(all.map(({ master }) => master));
  return ({ kind, name, flags }) =>
    kind === null ? listed.has(name) || (masters.has(name) && !flags.includes("MASTER")) : kind === "bridge";
}

interface RuledBridge {
  readonly bridge: string;
  /** The subnet that it gets source NAT for; null where the rule is another one. */
  readonly masked: string | null;
}

/** The interfaces that the host's rules name, and of `-s SUBNET ! -o BRIDGE -j MASQUERADE` (setup_ip_tables.go, natRule) the subnet. */
function bridgesInRules({ iptables, ip6tables }: Namespace): readonly RuledBridge[] {
  const sets = [iptables, ip6tables].flatMap((captured) => (captured.known ? captured.value.sets : []));
  return sets.flatMap(compileIptables).flatMap(({ family, chains }) =>
    [...chains.values()].flatMap(({ rules }) =>
      rules.flatMap((rule) =>
        matchesBefore(rule).flatMap((one) => {
          if (one.kind !== "interface" || one.isPrefix) return [];
          const masks = one.side === "out" && one.negated && natOf(rule)?.kind === "masquerade";
          const source = masks ? rangeAsked(rule, "source") : null;
          const subnet = source === null ? null : prefixOfRange(source, family);
          return [{ bridge: one.name, masked: subnet && formatPrefix(subnet) }];
        }),
      ),
    ),
  );
}

/** The bridges that the rules give source NAT, each with the subnet: networks, though nothing else tells of them. */
export function networksOfRules(host: Namespace): readonly { readonly bridge: string; readonly subnet: string }[] {
  const found = bridgesInRules(host).flatMap(({ bridge, masked }) =>
    masked === null ? [] : [[`${bridge} ${masked}`, { bridge, subnet: masked }] as const],
  );
  return [...new Map(found).values()];
}

/** The bridges that get source NAT for a network's subnet. */
function maskedBy(rules: readonly RuledBridge[]): (network: Network) => readonly string[] {
  const bySubnet = groupBy(
    rules.filter(({ bridge }) => !isNamedById(bridge)),
    ({ masked }) => masked,
  );
  return ({ subnets }) =>
    subnets.flatMap(({ subnet }) => (bySubnet.get(formatPrefix(subnet)) ?? []).map(({ bridge }) => bridge));
}
