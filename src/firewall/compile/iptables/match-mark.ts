import { fieldIs } from "../../fields.ts";
import { readMark } from "../numbers.ts";
import type { MatchExtension } from "./extension.ts";
import { independentOptions, matchOf, unreadable } from "./make-match.ts";
import { needsConnection } from "./match-conntrack.ts";

/** `-m mark` (net/netfilter/xt_mark.c): the packet's mark under the mask is the value; the value itself is not masked. */
export const mark: MatchExtension = independentOptions({
  "--mark": (text) => {
    const found = readMark(text);
    return found === null ? null : fieldIs("mark", found.value, found.mask);
  },
});

/** `-m connmark` (net/netfilter/xt_connmark.c): a packet without a connection never matches, negated or not. */
export const connmark: MatchExtension = {
  options: mark.options,
  compile: (options) =>
    options.flatMap((option) => {
      const found = readMark(option.values[0] ?? "");
      if (found === null) return [unreadable(option)];
      return [needsConnection(option), matchOf(option, fieldIs("connection-mark", found.value, found.mask))];
    }),
};
