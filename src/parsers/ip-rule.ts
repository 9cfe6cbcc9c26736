/** One policy routing rule, from `ip rule` or `ip -6 rule`. */
export interface RoutingRule {
  readonly line: number;
  readonly family: 4 | 6;
  readonly priority: number;
  readonly not: boolean;
  /** Canonical prefixes; null for `all`. */
  readonly from: string | null;
  readonly to: string | null;
  readonly incomingInterface: string | null;
  readonly outgoingInterface: string | null;
  readonly mark: { readonly value: number; readonly mask: number } | null;
  readonly action:
    | { readonly kind: "lookup"; readonly table: string }
    | { readonly kind: "goto"; readonly priority: number }
    | { readonly kind: "blackhole" | "unreachable" | "prohibit" | "nop" };
  readonly suppressPrefixLength: number | null;
  /** Every further selector or attribute (`tos`, `ipproto`, `dport`, `uidrange`, `l3mdev`, `proto`, …), as printed. */
  readonly attributes: readonly (readonly [name: string, value: string])[];
}
