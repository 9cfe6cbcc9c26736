/** An nftables rule set, from `nft -j list ruleset`. Syntax only: expressions stay as the JSON that nft prints. */
export interface NftRuleset {
  readonly version: string | null;
  readonly tables: readonly {
    readonly line: number;
    readonly family: string;
    readonly name: string;
    readonly handle: number | null;
  }[];
  readonly chains: readonly NftChain[];
  readonly rules: readonly NftRule[];
  readonly sets: readonly NftSet[];
  /** `counter`, `quota`, `limit`, `ct helper`, `flowtable`, … as printed. */
  readonly objects: readonly { readonly line: number; readonly kind: string; readonly value: unknown }[];
}

export interface NftChain {
  readonly line: number;
  readonly family: string;
  readonly table: string;
  readonly name: string;
  readonly handle: number | null;
  /** Null for a chain that is not attached to a hook. */
  readonly base: {
    readonly type: string;
    readonly hook: string;
    readonly priority: number;
    readonly policy: string | null;
    readonly device: string | null;
  } | null;
}

export interface NftRule {
  readonly line: number;
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  readonly handle: number | null;
  readonly comment: string | null;
  readonly expr: readonly unknown[];
}

/** A set or, with `map` set, a map (verdict maps included). */
export interface NftSet {
  readonly line: number;
  readonly family: string;
  readonly table: string;
  readonly name: string;
  readonly type: unknown;
  readonly map: unknown;
  readonly flags: readonly string[];
  readonly elements: readonly unknown[];
}
