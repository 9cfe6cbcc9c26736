/** One network, from `docker network inspect`. Only what is used; the engine's own names and defaults. */
export interface DockerNetwork {
  readonly line: number;
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly scope: string;
  readonly enableIPv4: boolean;
  readonly enableIPv6: boolean;
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly ingress: boolean;
  readonly configOnly: boolean;
  readonly configFrom: string | null;
  readonly ipamDriver: string | null;
  readonly ipam: readonly {
    readonly line: number;
    readonly subnet: string | null;
    readonly gateway: string | null;
    readonly ipRange: string | null;
    readonly auxiliary: Readonly<Record<string, string>>;
  }[];
  readonly options: Readonly<Record<string, string>>;
  /** `com.docker.compose.project` and `com.docker.compose.network` only. */
  readonly labels: Readonly<Record<string, string>>;
  readonly endpoints: readonly DockerEndpoint[];
  /** Overlay peers (`Peers`): other nodes of the network. */
  readonly peers: readonly { readonly name: string; readonly ip: string }[];
}

/** An entry of a network's `Containers`. */
export interface DockerEndpoint {
  readonly line: number;
  /** A container's id, `ep-<endpoint id>` for an endpoint without a sandbox, `lb-<network>`, `ingress-sbox`. */
  readonly key: string;
  readonly name: string;
  readonly endpointId: string;
  readonly mac: string | null;
  /** Address with prefix length, as printed (`172.18.0.2/16`). */
  readonly ipv4: string | null;
  readonly ipv6: string | null;
}
