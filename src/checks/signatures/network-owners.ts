import type { Source } from "../../lib/source.ts";
import type { Host } from "../../model/host.ts";

/** Another program that makes bridges and forwards packets, and what shows it. */
export interface NetworkOwner {
  readonly name: string;
  readonly signs: readonly string[];
  /** Its bridges on this host. */
  readonly bridges: readonly string[];
  readonly sources: readonly Source[];
}

interface Marks {
  readonly name: string;
  readonly chain: RegExp;
  /** `family name` of an nftables table. */
  readonly table: RegExp;
  readonly bridge: RegExp;
}

const never = /(?!)/;

/**
 * Names that these programs give their chains, tables and bridges: libvirt (src/network/network_iptables.c and, from 10.4,
 * network_nftables.c), netavark (src/firewall), the CNI plugins, kube-proxy, Calico, LXD and Incus, Tailscale
 * (util/linuxfw), multipass.
 */
const owners: readonly Marks[] = [
  { name: "libvirt", chain: /^LIBVIRT_/, table: /^ip6? libvirt_network$/, bridge: /^virbr\d/ },
  { name: "podman", chain: /^NETAVARK[-_]/, table: /^inet netavark$/, bridge: /^(podman|cni-podman)\d/ },
  {
    name: "Kubernetes",
    chain: /^(KUBE-|CNI-|cali-|FLANNEL-)/,
    table: /^ip6? kube-proxy$/,
    bridge: /^(cni0|flannel\.\d+|kube-bridge|cilium_\w+)$/,
  },
  { name: "LXD", chain: /^lxd_/, table: /^inet (lxd|incus)$/, bridge: /^(lxdbr|incusbr)\d/ },
  { name: "multipass", chain: never, table: never, bridge: /^mpqemubr\d/ },
  { name: "Tailscale", chain: /^ts-(forward|input|postrouting)$/, table: never, bridge: never },
];

/** The programs whose chains, tables or bridges are on the host; each sign named once. */
export function networkOwners(host: Host): readonly NetworkOwner[] {
  const signs = collectSigns(host);
  return owners.flatMap((marks) => {
    const own = signs.filter(({ kind, name }) => marks[kind].test(name));
    if (own.length === 0) return [];
    const seen = new Map(own.map((sign) => [`${sign.kind} ${sign.name}`, sign]));
    return [
      {
        name: marks.name,
        signs: [...seen.values()].map(({ kind, name }) => `${kind} ${name}`),
        bridges: [...seen.values()].filter(({ kind }) => kind === "bridge").map(({ name }) => name),
        sources: [...seen.values()].map(({ source }) => source),
      },
    ];
  });
}

interface Sign {
  readonly kind: "chain" | "table" | "bridge";
  readonly name: string;
  readonly source: Source;
}

function collectSigns(host: Host): readonly Sign[] {
  const { own } = host;
  const sets = [own.iptables, own.ip6tables].flatMap((rules) => (rules.known ? rules.value.sets : []));
  const chains = sets.flatMap(({ file, tables }) =>
    tables.flatMap((table) =>
      table.chains.map(({ name, line }): Sign => ({ kind: "chain", name, source: { file, line } })),
    ),
  );
  const nft = own.nftables.known ? own.nftables.value : null;
  const tables = (nft?.ruleset.tables ?? []).map(
    ({ family, name, line }): Sign => ({
      kind: "table",
      name: `${family} ${name}`,
      source: { file: nft?.file ?? "", line },
    }),
  );
  const bridges = host.bridges
    .filter(({ owner }) => owner === "foreign")
    .flatMap(({ name, sources: [source] }): Sign[] => (source === undefined ? [] : [{ kind: "bridge", name, source }]));
  return [...chains, ...tables, ...bridges];
}
