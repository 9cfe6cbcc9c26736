/** From `daemon.json`: the settings that bear on the network; null or empty where not set. */
export interface DaemonJson {
  readonly line: number;
  /** Each setting found, to the line it stands on. */
  readonly lines: Readonly<Record<string, number>>;
  readonly iptables: boolean | null;
  readonly ip6tables: boolean | null;
  readonly ipForward: boolean | null;
  readonly ipForwardNoDrop: boolean | null;
  readonly ipMasq: boolean | null;
  readonly userlandProxy: boolean | null;
  readonly icc: boolean | null;
  readonly ip: string | null;
  readonly bip: string | null;
  readonly bip6: string | null;
  readonly bridge: string | null;
  readonly fixedCidr: string | null;
  readonly fixedCidrV6: string | null;
  readonly ipv6: boolean | null;
  readonly mtu: number | null;
  readonly dns: readonly string[];
  readonly dnsSearch: readonly string[];
  readonly dnsOptions: readonly string[];
  readonly defaultAddressPools: readonly { readonly base: string; readonly size: number }[];
  readonly defaultGateway: string | null;
  readonly liveRestore: boolean | null;
  readonly firewallBackend: string | null;
  readonly allowDirectRouting: boolean | null;
  readonly bridgeAcceptFwmark: string | null;
  readonly hosts: readonly string[];
  readonly experimental: boolean | null;
  readonly features: Readonly<Record<string, boolean>>;
}
