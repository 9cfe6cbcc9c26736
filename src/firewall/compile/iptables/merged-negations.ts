import type { NumberTest } from "../../fields.ts";
import type { Match } from "../../matches.ts";

const isSingle =
  (field: "source-port" | "destination-port") =>
  (match: Match): match is Match & NumberTest => {
    if (match.kind !== "field" || match.field !== field || !match.negated) return false;
    const [range] = match.ranges;
    return range !== undefined && range.from === range.to && range.from > 0;
  };

const why =
  "iptables-nft since 1.8.8 compares two negated ports as one number, and which version wrote the rule is not known";

/**
 * Since 1.8.8 iptables-nft compares a source and a destination port that are both single and both negated as one number
 * (`add_nft_tcpudp` in iptables/nft.c): the rule matches unless both are equal, while it is printed, and was meant, as one
 * that matches when neither is. So when one of the two is equal, it depends on the version that wrote the rule.
 */
export function withMergedNegations(matches: readonly Match[]): readonly Match[] {
  const source = matches.find(isSingle("source-port"));
  const destination = matches.find(isSingle("destination-port"));
  if (source === undefined || destination === undefined) return matches;
  const text = `${source.text} ${destination.text}`;
  const plain = { negated: false, text };
  const equal = [
    { ...source, negated: false },
    { ...destination, negated: false },
  ];
  const neither: Match = { kind: "all-of", matches: [source, destination], ...plain };
  const notBoth: Match = { kind: "all-of", matches: equal, negated: true, text };
  const perhaps: Match = { kind: "all-of", matches: [notBoth, { kind: "unknowable", why, ...plain }], ...plain };
  const rest = matches.filter((match) => match !== source && match !== destination);
  return [...rest, { kind: "any-of", matches: [neither, perhaps], ...plain }];
}
