/** One route, from `ip route` or `ip -6 route`. */
export interface RouteEntry {
  readonly line: number;
  readonly family: 4 | 6;
  readonly type:
    | "unicast"
    | "local"
    | "broadcast"
    | "multicast"
    | "anycast"
    | "blackhole"
    | "unreachable"
    | "prohibit"
    | "throw"
    | "nat";
  /** Canonical prefix; `default` is `0.0.0.0/0` or `::/0`. */
  readonly to: string;
  /** `main` where nothing is printed. */
  readonly table: string;
  readonly protocol: string | null;
  readonly scope: string | null;
  /** The preferred source address. */
  readonly source: string | null;
  /** As printed; null where nothing is. */
  readonly metric: number | null;
  /** Empty for types that go nowhere; several with multipath. */
  readonly nexthops: readonly Nexthop[];
  /** `nhid`, `mtu`, `advmss`, `pref`, `error`, `expires`, `hoplimit`, … in order, as printed. */
  readonly attributes: readonly (readonly [name: string, value: string])[];
}

export interface Nexthop {
  readonly via: string | null;
  readonly device: string | null;
  readonly weight: number | null;
  /** `onlink`, `linkdown`, `dead`, `pervasive`, `offload`, … */
  readonly flags: readonly string[];
}
