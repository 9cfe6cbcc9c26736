/** From `docker info` (JSON or text): only what bears on the network. */
export interface DockerInfo {
  readonly line: number;
  readonly serverVersion: string | null;
  readonly operatingSystem: string | null;
  readonly kernel: string | null;
  readonly rootless: boolean | null;
  readonly liveRestore: boolean | null;
  readonly swarm: string | null;
  readonly containers: number | null;
  readonly containersRunning: number | null;
  /** 29: `iptables`, `iptables+firewalld`, `nftables`, … with its further facts. */
  readonly firewallBackend: string | null;
  readonly bridgeNfIptables: boolean | null;
  readonly bridgeNfIp6tables: boolean | null;
  readonly ipv4Forwarding: boolean | null;
  readonly securityOptions: readonly string[];
  readonly defaultAddressPools: readonly { readonly base: string; readonly size: number }[];
  readonly warnings: readonly string[];
}
