import type { IptablesTable } from "../parsers/iptables-save.ts";

/** The back ends that iptables can have; plain `iptables` when it is not known which of them. */
export type Backend = "iptables-legacy" | "iptables-nft" | "iptables";

/** The tables of one iptables back end for one family. `file` completes the rules' line numbers. */
export interface RuleSet {
  /** `iptables` when the text does not say which: an old iptables-save, or one without its header. */
  readonly backend: Backend;
  readonly family: 4 | 6;
  readonly file: string;
  readonly tables: readonly IptablesTable[];
}
