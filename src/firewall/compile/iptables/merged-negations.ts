import type { Match } from "../../rules.ts";

const isSingle = (side: "source" | "destination") => (condition: Match) => {
  if (condition.kind !== "port" || condition.side !== side || !condition.negated) return false;
  const [range] = condition.ranges;
  return range !== undefined && range.from === range.to && range.from > 0;
};

const why =
  "iptables-nft since 1.8.8 compares two negated ports as one number, and which version wrote the rule is not known";

/**
 * Since 1.8.8 iptables-nft compares a source and a destination port that are both single and both negated as one number
 * (`add_nft_tcpudp` in iptables/nft.c): the rule matches unless both are equal, while it is printed, and was meant, as one
 * that matches when neither is. So when one of the two is equal, it depends on the version that wrote the rule.
 */
export function withMergedNegations(conditions: readonly Match[]): readonly Match[] {
  const source = conditions.find(isSingle("source"));
  const destination = conditions.find(isSingle("destination"));
  if (source === undefined || destination === undefined) return conditions;
  const text = `${source.text} ${destination.text}`;
  const plain = { negated: false, text };
  const equal = [
    { ...source, negated: false },
    { ...destination, negated: false },
  ];
  const neither: Match = { kind: "all-of", conditions: [source, destination], ...plain };
  const notBoth: Match = { kind: "all-of", conditions: equal, negated: true, text };
  const perhaps: Match = { kind: "all-of", conditions: [notBoth, { kind: "unknowable", why, ...plain }], ...plain };
  const rest = conditions.filter((condition) => condition !== source && condition !== destination);
  return [...rest, { kind: "any-of", conditions: [neither, perhaps], ...plain }];
}
