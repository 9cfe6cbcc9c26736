import { formatAddress, formatPrefix } from "../../lib/address.ts";
import { formatScopedAddress } from "../../lib/scoped-address.ts";
import type { Engine } from "../../model/host.ts";
import type { Change } from "../change.ts";
import { comparePair, inOrder, type Property, yesNo } from "../compare-list.ts";
import type { Sides } from "../match/sides.ts";

/** The engine and its settings. */
export function compareEngine({ places: [host] }: Sides): Change[] {
  const [before, after] = [host.before, host.after].map(({ side }) => ({
    ...side.host.engine,
    pools: poolsOf(side.host),
  }));
  return before === undefined || after === undefined ? [] : comparePair(host, before, after, comparer);
}

interface WithPools extends Engine {
  readonly pools: string | null;
}

const poolsOf = ({ addressPools: pools }: Sides["before"]["host"]): string | null =>
  pools.known ? inOrder(pools.value.map(({ base, size }) => `${formatPrefix(base)} by /${size}`)) : null;

const info = ["docker-info"] as const;
const daemon = ["daemon-json"] as const;

const properties: readonly Property<WithPools>[] = [
  { name: "version", of: ({ version }) => version, from: ["docker-version", "docker-info"] },
  { name: "API version", of: ({ apiVersion }) => apiVersion, from: ["docker-version"] },
  { name: "rootless", of: ({ rootless }) => yesNo(rootless), from: info },
  { name: "swarm", of: ({ swarm }) => swarm, from: info },
  {
    name: "firewall backend",
    of: ({ firewallBackend }) => firewallBackend,
    from: info,
    only: true,
    // Engines before 29 do not say.
    unless: (before, after) => before.firewallBackend === null || after.firewallBackend === null,
  },
  { name: "bridge-nf-call-iptables", of: ({ bridgeNfIptables }) => yesNo(bridgeNfIptables), from: [] },
  { name: "bridge-nf-call-ip6tables", of: ({ bridgeNfIp6tables }) => yesNo(bridgeNfIp6tables), from: [] },
  { name: "address pools", of: ({ pools }) => pools, from: info },
  { name: "userland proxy", of: ({ settings }) => yesNo(settings.userlandProxy), from: daemon },
  { name: "iptables", of: ({ settings }) => yesNo(settings.iptables), from: daemon },
  { name: "ip6tables", of: ({ settings }) => yesNo(settings.ip6tables), from: daemon },
  { name: "icc", of: ({ settings }) => yesNo(settings.icc), from: daemon },
  { name: "ip", of: ({ settings: { ip } }) => ip && formatAddress(ip), from: daemon },
  { name: "ipv6", of: ({ settings }) => yesNo(settings.ipv6), from: daemon },
  { name: "DNS servers", of: ({ settings }) => inOrder(settings.dns.map(formatScopedAddress)), from: daemon },
  { name: "allow direct routing", of: ({ settings }) => yesNo(settings.allowDirectRouting), from: daemon },
  { name: "live restore", of: ({ settings }) => yesNo(settings.liveRestore), from: info, only: true },
];

const comparer = { kind: "engine", nameOf: () => "Docker Engine", properties } as const;
