import { conditionOf, unreadable } from "./condition.ts";
import type { MatchExtension } from "./extension.ts";
import { portsNeedProtocol } from "./match-ports.ts";
import { readPortList } from "./ports.ts";

const sides = new Map<string, "source" | "destination" | "either">([
  ["--sports", "source"],
  ["--source-ports", "source"],
  ["--dports", "destination"],
  ["--destination-ports", "destination"],
  ["--ports", "either"],
]);

/** `-m multiport` (`ports_match_v1` in net/netfilter/xt_multiport.c): `--ports` asks for either port in the list. */
export const multiport: MatchExtension = {
  options: new Set(sides.keys()),
  compile: (options, context) =>
    options.flatMap((option) => {
      const side = sides.get(option.name);
      const ranges = readPortList(option.values[0] ?? "");
      if (side === undefined || ranges === null) return [unreadable(option)];
      return [...portsNeedProtocol(option, context), conditionOf(option, { kind: "port", side, ranges })];
    }),
};
