/** A resolver configuration, from `resolv.conf`. */
export interface ResolvConf {
  readonly nameservers: readonly { readonly line: number; readonly address: string }[];
  readonly search: readonly string[];
  readonly options: readonly string[];
  /** The servers that the embedded DNS forwards to (`# ExtServers: [host(192.0.2.53)]`), where the engine wrote them. */
  readonly extServers: readonly { readonly line: number; readonly address: string; readonly viaHost: boolean }[];
  readonly comments: readonly { readonly line: number; readonly text: string }[];
}
