/** One entry of a bridge's forwarding database, from `bridge fdb show`. */
export interface FdbEntry {
  readonly line: number;
  readonly mac: string;
  readonly device: string;
  readonly master: string | null;
  readonly vlan: number | null;
  /** The remote end of a VXLAN entry. */
  readonly destination: string | null;
  /** `self`, `permanent`, `static`, `stale`, `extern_learn`, `offload`, `sticky`, … */
  readonly flags: readonly string[];
  /** `vni`, `port`, `via`, `src_vni`, `nhid`, … as printed. */
  readonly attributes: readonly (readonly [name: string, value: string])[];
}
