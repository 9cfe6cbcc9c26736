import type { Source } from "../lib/source.ts";
import type { Host } from "../model/host.ts";

/** What the snapshot says of whether switched packets pass iptables. */
export interface BridgeCalls {
  readonly value: boolean;
  /** The setting's line; of a setting that does not exist, one of the list that would have it. */
  readonly sources: readonly Source[];
  readonly by: "sysctl" | "docker info" | "no module";
}

/**
 * The host's `net.bridge.bridge-nf-call-iptables` or `-ip6tables`; null when nothing tells. The key exists as soon as the module
 * br_netfilter is loaded (net/bridge/br_netfilter_hooks.c, brnf_init_net): that a list of all settings lacks it says that it is
 * not, a list of some settings says nothing, and nothing against what the engine saw.
 */
export function bridgeCalls(host: Host, family: 4 | 6): BridgeCalls | null {
  const sysctls = host.own.sysctls;
  const own = sysctls.known ? sysctls.value[callsKey(family)] : undefined;
  if (own !== undefined) return { value: own.value !== "0", sources: own.sources, by: "sysctl" };
  const told = family === 4 ? host.engine.bridgeNfIptables : host.engine.bridgeNfIp6tables;
  if (told !== null) return { value: told, sources: host.engine.sources, by: "docker info" };
  const around = sysctls.known ? neighboursIn(host, Object.entries(sysctls.value)) : null;
  return around === null ? null : { value: false, sources: around, by: "no module" };
}

export const callsKey = (family: 4 | 6): string =>
  `net.bridge.bridge-nf-call-${family === 4 ? "iptables" : "ip6tables"}`;

/** Fewer settings are picked ones; `sysctl -a` prints hundreds, in the order of their names. */
const fewest = 100;

type Entry = readonly [string, { readonly sources: readonly Source[] }];

/** A line of a list that would have the settings of bridges if there were any: the collector's, or that of `sysctl -a`. Null for others. */
function neighboursIn(host: Host, settings: readonly Entry[]): readonly Source[] | null {
  const cut = host.captures.some(({ kind, netns, truncated }) => kind === "sysctl" && netns === null && truncated);
  const [first] = settings;
  if (cut || first === undefined) return null;
  if (host.identity.collector !== null) return first[1].sources;
  const before = settings.findLast(([key]) => key < "net.bridge");
  const isDump =
    before !== undefined && settings.length >= fewest && settings.some(([key]) => key.startsWith("net.ipv4."));
  return isDump ? before[1].sources : null;
}
