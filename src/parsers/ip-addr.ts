/** One interface, from `ip a`, `ip -d link` or `ip -o a`. */
export interface Link {
  readonly line: number;
  readonly index: number;
  readonly name: string;
  /** What stands after `@`: an interface index in another namespace (`@if8`), a name in this one (`@eth0`), or `@NONE`. */
  readonly peer:
    | { readonly kind: "index"; readonly index: number }
    | { readonly kind: "name"; readonly name: string }
    | { readonly kind: "none" }
    | null;
  /** As printed between `<` and `>`: `UP`, `LOWER_UP`, `NO-CARRIER`, `M-DOWN`, … */
  readonly flags: readonly string[];
  readonly mtu: number | null;
  /** The bridge, bond or VRF that it is enslaved to. */
  readonly master: string | null;
  /** Operational state: `UP`, `DOWN`, `UNKNOWN`, `LOWERLAYERDOWN`, … */
  readonly state: string | null;
  /** The rest of the first line in order, as printed: `qdisc noqueue`, `mode DEFAULT`, `group default`, `qlen 1000`, … */
  readonly attributes: readonly (readonly [name: string, value: string])[];
  /** From `link/ether`: `ether`, `loopback`, `none`, `sit`, … Null when that line is missing. */
  readonly type: string | null;
  readonly mac: string | null;
  readonly broadcast: string | null;
  /** `peer` on the link line: the other end of a point-to-point link. */
  readonly linkPeer: string | null;
  readonly permanentMac: string | null;
  /** `link-netnsid 3`: the number this namespace uses for the one that the other end is in. */
  readonly netnsId: number | null;
  /** `link-netns NAME`: the same, where iproute2 knows a name for it. */
  readonly netnsName: string | null;
  readonly altNames: readonly string[];
  /** What follows on the link line with `-d`: `promiscuity 0`, `minmtu 68`, … */
  readonly linkDetails: readonly (readonly [name: string, value: string])[];
  /** With `-d`: `veth`, `bridge`, `vlan`, `macvlan`, `bond`, `wireguard`, `vxlan`, … with its own words, as printed. */
  readonly kind: LinkDetail | null;
  /** With `-d`: `bridge_slave`, `bond_slave`, … of an enslaved interface. */
  readonly slave: LinkDetail | null;
  readonly addresses: readonly LinkAddress[];
}

/** The words of a detail line after its first (`vlan protocol 802.1Q id 5 <REORDER_HDR>`), as printed and as pairs. */
export interface LinkDetail {
  readonly kind: string;
  readonly text: string;
  /** Name to value for the pairs that could be told apart (`id` → `5`, `mode` → `bridge`, `hairpin` → `off`). */
  readonly values: Readonly<Record<string, string>>;
}

/** One `inet` or `inet6` line with its lifetimes. */
export interface LinkAddress {
  readonly line: number;
  readonly family: 4 | 6;
  /** Canonical text, without the prefix length. */
  readonly address: string;
  readonly prefixLength: number;
  /** With `peer` (point to point), the other end's address with its prefix. */
  readonly peer: string | null;
  readonly broadcast: string | null;
  readonly scope: string | null;
  /** The IPv4 label: the interface's name, or an alias such as `eth0:1`. */
  readonly label: string | null;
  readonly metric: number | null;
  /** `kernel_ll`, `kernel_lo`, `kernel_ra`, … */
  readonly protocol: string | null;
  /** `secondary`, `dynamic`, `tentative`, `dadfailed`, `deprecated`, `nodad`, `noprefixroute`, `temporary`, … */
  readonly flags: readonly string[];
  readonly validLifetime: string | null;
  readonly preferredLifetime: string | null;
}
