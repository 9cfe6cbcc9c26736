import { asAddressTest } from "../firewall/fields.ts";
import { networksIn } from "../firewall/lookup/set-networks.ts";
import { matchesOf, rulesOf } from "../firewall/statements.ts";
import { type Address, bitsOf, lastAddress } from "../lib/address.ts";
import { literalAddress, unspecified } from "../lib/literals.ts";
import { onceFor } from "../lib/once-for.ts";
import type { Dataplane } from "./types.ts";

/** Documentation addresses (RFC 5737, RFC 3849) and some that are nobody's, for a machine of which nothing is known. */
export const outsideCandidates: Readonly<Record<4 | 6, readonly Address[]>> = {
  4: ["198.51.100.7", "203.0.113.77", "192.0.2.77", "198.18.7.7", "11.22.33.44", "47.11.8.15"].map(literalAddress),
  6: ["2001:db8:ffff::7", "2001:db8:fffe::7", "3fff:ffff::7", "2a0f:ffff::7"].map(literalAddress),
};

/**
 * An address that stands for any machine outside: the first stranger that no rule, set, policy rule or route of the host names,
 * so that what becomes of its packets is what becomes of anybody's. A list of bans may hold documentation addresses, too.
 */
export function representativeOutside(dataplane: Dataplane, family: 4 | 6): Address {
  const [first = unspecified[family]] = strangers(dataplane, family);
  return first;
}

/** All that may stand for somebody whom nothing is known of: those that nothing names come first. */
export const strangers = (dataplane: Dataplane, family: 4 | 6): readonly Address[] => ordered[family](dataplane);

const ordered = {
  4: onceFor((dataplane: Dataplane) => unnamedFirst(dataplane, 4)),
  6: onceFor((dataplane: Dataplane) => unnamedFirst(dataplane, 6)),
};

function unnamedFirst(dataplane: Dataplane, family: 4 | 6): readonly Address[] {
  const all = outsideCandidates[family];
  return [...new Set([...unnamed(dataplane, family, all), ...all])];
}

function unnamed(dataplane: Dataplane, family: 4 | 6, candidates: readonly Address[]): readonly Address[] {
  const own = dataplane.own;
  const half = 1n << BigInt(bitsOf(family) - 1);
  let left = candidates;
  const name = (from: bigint, to: bigint): void => {
    // What is half of everything, or more, tells nobody apart.
    if (to - from + 1n < half) left = left.filter(({ value }) => value < from || value > to);
  };
  for (const { family: of, rule } of rulesOf(own.firewall[family].firewall))
    for (const { test } of of === family ? matchesOf(rule) : [])
      for (const { from, to } of asAddressTest(test)?.ranges ?? []) name(from, to);
  const prefixes = [
    ...own.rules[family].flatMap(({ from, to }) => [from, to]),
    // Without a default route only those whom a route names can be answered.
    ...(own.routes[family].some(({ to }) => to.length === 0) ? own.routes[family].map(({ to }) => to) : []),
    ...[...(own.ipsets?.values() ?? [])].flatMap((set) => networksIn(set).map(({ prefix }) => prefix)),
  ];
  for (const prefix of prefixes)
    if (prefix !== null && prefix.address.family === family) name(prefix.address.value, lastAddress(prefix).value);
  return left;
}
