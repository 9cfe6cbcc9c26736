import type { MatchExtension } from "./extension.ts";
import { matchOf, unreadable } from "./make-match.ts";

const counterOptions = ["--packets-eq", "--packets-lt", "--packets-gt", "--bytes-eq", "--bytes-lt", "--bytes-gt"];
/** They change what is counted, not what matches. */
const countingOnly = ["--update-counters", "--update-subcounters"];

/** `src,dst,src` of `--match-set` and `-j SET`; null when it is none. */
export function readSides(text: string): ("source" | "destination")[] | null {
  const words = text.split(",");
  if (!words.every((word) => word === "src" || word === "dst")) return null;
  return words.map((word) => (word === "src" ? "source" : "destination"));
}

/** `-m set` (net/netfilter/xt_set.c, options as `set_saveinfo` in extensions/libxt_set.c prints them). */
export const set: MatchExtension = {
  options: new Set(["--match-set", "--set", "--return-nomatch", ...countingOnly, ...counterOptions]),
  compile: (options) => {
    const returnNomatch = options.some(({ name }) => name === "--return-nomatch");
    return options.flatMap((option) => {
      if (option.name === "--match-set" || option.name === "--set") {
        const [name = "", directions = ""] = option.values;
        const sides = readSides(directions);
        if (name === "" || sides === null) return [unreadable(option)];
        return [matchOf(option, { kind: "lookup", set: { kind: "ipset", name, sides, returnNomatch } })];
      }
      if (!counterOptions.includes(option.name)) return [];
      return [matchOf(option, { kind: "unknowable", why: "the counters of a set's entries change with every packet" })];
    });
  },
};
