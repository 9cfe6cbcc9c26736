/** One neighbour, from `ip neigh`. */
export interface Neighbour {
  readonly line: number;
  readonly address: string;
  readonly device: string;
  readonly mac: string | null;
  /** `REACHABLE`, `STALE`, `FAILED`, `INCOMPLETE`, `PERMANENT`, … */
  readonly state: string | null;
  /** `router`, `proxy`, `extern_learn`, `managed`, … */
  readonly flags: readonly string[];
}
