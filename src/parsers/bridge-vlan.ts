/** One port and its VLANs, from `bridge vlan show`. */
export interface PortVlans {
  readonly line: number;
  readonly port: string;
  readonly vlans: readonly Vlan[];
}

/** A VLAN, or a range of them, on a port. */
export interface Vlan {
  readonly line: number;
  readonly from: number;
  readonly to: number;
  readonly pvid: boolean;
  readonly untagged: boolean;
}
