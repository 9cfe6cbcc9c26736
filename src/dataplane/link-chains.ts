import { mayDecide } from "../firewall/compile/nftables/deciding-chains.ts";
import { groupBy } from "../lib/group-by.ts";
import type { Source } from "../lib/source.ts";
import type { Bridge, Host, Interface, Namespace } from "../model/host.ts";
import { isFrom, tableState, unclearTable } from "../model/queries/nft-tables.ts";
import type { NftChain } from "../parsers/nft-ruleset.ts";
import type { Reason } from "../reasons/reason.ts";
import type { Stack } from "./types.ts";

/*
 * Rules of nftables below the IP layer: the families bridge, netdev and arp, and the hooks ingress and egress of inet. They are
 * not evaluated: what passes one that may decide is unknown.
 */

/** A base chain below the IP layer that may decide what becomes of packets. */
export interface LinkChain {
  readonly family: "bridge" | "device" | "arp";
  readonly hook: string;
  /** The interfaces whose packets it sees, those above them included; `*` stands for any ending. Null: any interface. */
  readonly devices: readonly string[] | null;
  /** The bridges that have one of them as a port; null: any bridge. */
  readonly bridges: readonly string[] | null;
  readonly why: Reason;
  readonly source: Source;
}

/** An interface of the namespace, or a port of one of its bridges; null: one of the bridge's ports. */
export type Device =
  | { readonly kind: "interface"; readonly device: string }
  | { readonly kind: "port"; readonly device: string | null; readonly bridge: string };

/**
 * Whether a chain sees what passes a place. A bridge's port has no addresses: ARP there is only carried on. An answer to ARP comes
 * in by the interface that a packet leaves by, so that both hooks of arp count for either way.
 */
export function sees({ family, hook, devices, bridges }: LinkChain, place: LinkPlace): boolean {
  if (place.kind === "bridge") return family === "bridge" && hook === place.hook;
  if (family === "arp") return place.kind === "interface" && place.device !== "lo";
  if (family === "bridge" || hook !== place.hook) return false;
  if (place.kind === "port" && place.device === null) return bridges === null || bridges.includes(place.bridge);
  return devices === null || isAmong(devices, place.device ?? "");
}

/** Which of a namespace's chains see what passes a device, as text. */
export function chainsOn({ linkChains }: Stack, at: Device): readonly string[] {
  return ([4, 6] as const).flatMap((family) =>
    linkChains[family].flatMap((chain, i) =>
      (["ingress", "egress"] as const).some((hook) => sees(chain, { ...at, hook })) ? [`${family}.${i}`] : [],
    ),
  );
}

const isAmong = (devices: readonly string[], name: string): boolean =>
  devices.some((one) => (one.endsWith("*") ? name.startsWith(one.slice(0, -1)) : one === name));

/** The chains of a namespace that packets of one family may meet below the IP layer. */
export function linkChainsOf(host: Host, namespace: Namespace, family: 4 | 6): readonly LinkChain[] {
  const { nftables, interfaces } = namespace;
  if (!nftables.known) return [];
  const { ruleset, file } = nftables.value;
  const bridges = namespace.isHost ? host.bridges : [];
  const above = standOn(bridges, interfaces.known ? interfaces.value : []);
  return ruleset.chains.flatMap((chain): LinkChain[] => {
    const kind = kindOf(chain);
    if (chain.base === null || kind === null || (kind === "arp" && family === 6)) return [];
    const state = tableState(ruleset, chain);
    if (state === "dormant" || !mayDecide(ruleset, chain, family)) return [];
    // nft prints all devices from 1.1.0 on (src/json.c, chain_print_json): a chain without any sees nothing then.
    const isTold = chain.base.devices.length > 0 || isFrom(ruleset.version, 1, 1, 0);
    const devices = isTold ? upwards(chain.base.devices, above) : null;
    const open = [
      ...(isTold || kind !== "device"
        ? []
        : [
            `which interfaces it is for, this nft does not print as JSON: sudo nft list table ${chain.family} ${chain.table} does`,
          ]),
      ...(state === "unclear" ? [unclearTable(chain)] : []),
    ];
    return [
      {
        family: kind,
        hook: chain.base.hook,
        devices,
        bridges: devices === null ? null : bridgesOf(bridges, devices),
        why: {
          code: "link-chain",
          why: `${describe(chain, namespace.name)} (${file}:${chain.line}) may decide: rules of ${chain.family} ${chain.base.hook} are not evaluated yet${open.map((one) => `; ${one}`).join("")}`,
        },
        source: { file, line: chain.line },
      },
    ];
  });
}

function kindOf({ family, base }: NftChain): LinkChain["family"] | null {
  if (base?.hook === "ingress" || base?.hook === "egress") return "device";
  return family === "bridge" || family === "arp" ? family : null;
}

function describe({ family, table, name, base }: NftChain, namespace: string): string {
  const hook = base?.hook ?? "";
  const devices = base?.devices ?? [];
  const on = devices.length > 0 ? ` of ${devices.join(", ")}` : "";
  return `the chain ${name} of table ${family} ${table} of ${namespace}, at ${hook}${on}`;
}

/** Devices, and the interfaces above them: a VLAN's packets pass its parent's hooks, a bond's those of its members. */
function upwards(devices: readonly string[], above: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const found = new Set([...devices, ...[...above.keys()].filter((name) => isAmong(devices, name))]);
  // What is added on the way is visited, too.
  for (const name of found) for (const upper of above.get(name) ?? []) found.add(upper);
  return [...found];
}

/** The interfaces that stand on another of the same namespace. A bridge does not: what it sends goes by some of its ports only. */
function standOn(bridges: readonly Bridge[], interfaces: readonly Interface[]): ReadonlyMap<string, readonly string[]> {
  const isBridge = new Set([
    ...bridges.map(({ name }) => name),
    ...interfaces.filter(({ kind }) => kind === "bridge").map(({ name }) => name),
  ]);
  const pairs = interfaces.flatMap(({ name, peer, kind, master }) => [
    ...(peer?.kind === "name" && kind !== "veth" ? [{ lower: peer.name, upper: name }] : []),
    ...(master === null || isBridge.has(master) ? [] : [{ lower: name, upper: master }]),
  ]);
  const uppers = groupBy(pairs, ({ lower }) => lower);
  return new Map([...uppers].map(([lower, all]) => [lower, all.map(({ upper }) => upper)]));
}

const bridgesOf = (bridges: readonly Bridge[], devices: readonly string[]): readonly string[] =>
  bridges.filter(({ ports }) => ports.some((port) => isAmong(devices, port))).map(({ name }) => name);
/** A place that a packet passes: on its way in or out by a device, or a hook of the bridges. */
export type LinkPlace =
  | (Device & { readonly hook: "ingress" | "egress" })
  | { readonly kind: "bridge"; readonly hook: "prerouting" | "input" | "forward" | "output" | "postrouting" };
