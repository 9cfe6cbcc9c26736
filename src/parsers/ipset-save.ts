/** One set, from `ipset save`. */
export interface IpSet {
  readonly line: number;
  readonly name: string;
  /** `hash:ip`, `hash:net,port`, `bitmap:port`, `list:set`, … */
  readonly type: string;
  /** `family`, `hashsize`, `maxelem`, `timeout`, `range`, `counters`, `comment`, … flags have an empty value. */
  readonly options: Readonly<Record<string, string>>;
  readonly members: readonly IpSetMember[];
}

export interface IpSetMember {
  readonly line: number;
  /** As printed: `10.0.0.1`, `10.0.0.0/8,tcp:80`, `eth0`. */
  readonly entry: string;
  readonly nomatch: boolean;
  readonly options: Readonly<Record<string, string>>;
}
