import type { Stack } from "../../dataplane/types.ts";
import { prefixesOfRange } from "../../firewall/address-range.ts";
import { asAddressTest, asPortTest } from "../../firewall/fields.ts";
import { networksIn } from "../../firewall/lookup/set-networks.ts";
import { matchesOf } from "../../firewall/statements.ts";
import { lastAddress, type Prefix } from "../../lib/address.ts";
import type { Host } from "../../model/host.ts";
import type { Name } from "./symbols.ts";

/** A range of addresses that rules, routes or sets name and nobody owns. */
export interface SharedRange {
  readonly prefix: Prefix;
  /** Entries of sets count one by one. */
  readonly isExact: boolean;
}

/** The ranges that nobody owns, of rules, routes, policy rules and sets: who is in the same ones is treated alike. */
export function rangesFor(
  host: Host,
  own: Stack,
  range: (family: 4 | 6, from: bigint, to: bigint) => Name | null,
): readonly SharedRange[] {
  const found = new Map<string, SharedRange>();
  const add = (prefix: Prefix | null): void => {
    if (prefix === null || range(prefix.address.family, prefix.address.value, lastAddress(prefix).value) !== null)
      return;
    found.set(`${prefix.address.family} ${prefix.address.value} ${prefix.length}`, { prefix, isExact: false });
  };
  for (const family of [4, 6] as const) {
    for (const { chains } of own.firewall[family].firewall.tables)
      for (const { rules } of chains.values())
        for (const rule of rules)
          for (const { test } of matchesOf(rule)) {
            const { ranges } = asAddressTest(test) ?? { ranges: [] };
            for (const { from, to } of ranges)
              if (ranges.length > 1 || range(family, from, to) === null)
                for (const prefix of prefixesOfRange({ from, to }, family)) add(prefix);
          }
    for (const { from, to } of own.rules[family]) for (const prefix of [from, to]) add(prefix);
    for (const { to, table } of own.routes[family]) if (table !== "local") add(to);
  }
  const sets = host.own.ipsets;
  if (sets.known) for (const set of sets.value.sets) for (const { prefix } of networksIn(set)) add(prefix);
  return [...found.values()];
}

/** The ranges of ports that nobody owns and rules ask for. */
export function portRangesOf(
  own: Stack,
  owner: (from: number, to: number) => Name | null,
): readonly { readonly from: number; readonly to: number }[] {
  const found = new Map<string, { from: number; to: number }>();
  for (const family of [4, 6] as const)
    for (const { chains } of own.firewall[family].firewall.tables)
      for (const { rules } of chains.values())
        for (const rule of rules)
          for (const { test } of matchesOf(rule)) {
            const { ranges } = asPortTest(test) ?? { ranges: [] };
            for (const { from, to } of ranges)
              if (ranges.length > 1 || owner(from, to) === null) found.set(`${from}-${to}`, { from, to });
          }
  return [...found.values()];
}
