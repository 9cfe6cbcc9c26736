/** One listening socket, from `ss -lntu(p)` or `netstat -lntu(p)`. */
export interface Listener {
  readonly line: number;
  readonly protocol: "tcp" | "udp" | "sctp" | "other";
  /** 4 or 6; null for `*`, one socket that takes both. */
  readonly family: 4 | 6 | null;
  /** Canonical address; null for every address of its family. */
  readonly address: string | null;
  /** `%lo`: the interface it is bound to. */
  readonly interface: string | null;
  readonly port: number;
  readonly state: string | null;
  /** Only with `-p` and enough rights. */
  readonly processes: readonly { readonly name: string; readonly pid: number }[];
}
