/** One row of `docker ps`. The command column is read past, never kept. */
export interface ContainerRow {
  readonly line: number;
  readonly id: string;
  readonly image: string;
  readonly created: string;
  readonly status: string;
  readonly ports: readonly PublishedRange[];
  readonly names: readonly string[];
}

/** One item of the PORTS column: `0.0.0.0:8080-8081->80-81/tcp`, or `80/tcp` (exposed only, `host` null). */
export interface PublishedRange {
  readonly host: { readonly address: string; readonly from: number; readonly to: number } | null;
  readonly from: number;
  readonly to: number;
  readonly protocol: string;
}
