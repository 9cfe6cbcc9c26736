import { targetChain } from "../firewall/statements.ts";
import { type ActualChain, isDockerChain, type PresentRule, placeOf, type RuleSetIndex } from "./rule-set-index.ts";

/**
 * The chains that a packet can get to from one: itself first, then those it jumps to. Synology, ufw and firewalld put chains
 * of their own between a built-in chain and Docker's; whether a jump has conditions is not looked at.
 */
export function chainsFrom(book: RuleSetIndex, table: string, chain: string): readonly ActualChain[] {
  const found = new Set<ActualChain>();
  const visit = (name: string) => {
    const at = book.chains.get(placeOf(table, name));
    if (at === undefined || found.has(at)) return;
    found.add(at);
    for (const rule of at.rules) visit(targetChain(rule) ?? "");
  };
  visit(chain);
  return [...found];
}

/** Finds a rule by any of its keys in a chain, or in chains of others that it jumps to; null when it is in none. */
export type FindRule = (table: string, chain: string, keys: readonly string[]) => PresentRule | null;

/** Makes the search for one book; what a chain leads to is found out once. */
export function makeFinder(book: RuleSetIndex): FindRule {
  const between = new Map<string, readonly ActualChain[]>();
  return (table, chain, keys) => {
    const place = placeOf(table, chain);
    const chains = between.get(place) ?? [
      ...[book.chains.get(place)].filter((at) => at !== undefined),
      ...chainsFrom(book, table, chain).filter(({ name }) => name !== chain && isForeign(name)),
    ];
    between.set(place, chains);
    for (const at of chains) {
      for (const key of keys) {
        const rule = at.keys.get(key);
        if (rule !== undefined) return rule;
      }
    }
    return null;
  };
}

const isForeign = (name: string): boolean => !isDockerChain(name) && name !== "DOCKER-USER";
