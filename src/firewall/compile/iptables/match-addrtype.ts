import type { AddressType, Match } from "../../matches.ts";
import type { MatchExtension } from "./extension.ts";
import { matchOf, unreadable } from "./make-match.ts";

const types: readonly string[] = [
  "unspec",
  "unicast",
  "local",
  "broadcast",
  "anycast",
  "multicast",
  "blackhole",
  "unreachable",
  "prohibit",
  "throw",
  "nat",
  "xresolve",
] satisfies AddressType[];

function readTypes(text: string): AddressType[] | null {
  const found = text.split(",").map((name) => name.toLowerCase());
  return found.every((name) => types.includes(name)) ? (found as AddressType[]) : null;
}

/**
 * `-m addrtype` (`addrtype_mt_v1` in net/netfilter/xt_addrtype.c). `--limit-iface-in` and `-out` make both tests look at the
 * routes of that one interface only.
 */
export const addrtype: MatchExtension = {
  options: new Set(["--src-type", "--dst-type", "--limit-iface-in", "--limit-iface-out"]),
  compile: (options) => {
    const has = (name: string): boolean => options.some((option) => option.name === name);
    const limit = has("--limit-iface-in") ? "in" : has("--limit-iface-out") ? "out" : null;
    const matches: Match[] = [];
    for (const option of options) {
      const side = option.name === "--src-type" ? "source" : option.name === "--dst-type" ? "destination" : null;
      if (side === null) continue;
      const found = readTypes(option.values[0] ?? "");
      matches.push(
        found === null ? unreadable(option) : matchOf(option, { kind: "address-type", side, types: found, limit }),
      );
    }
    return matches;
  },
};
