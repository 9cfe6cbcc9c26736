import type { NumberField } from "../../fields.ts";
import type { Test } from "../../matches.ts";
import type { MatchExtension } from "./extension.ts";
import { impliedBy, matchOf, unreadable } from "./make-match.ts";
import { portsNeedProtocol } from "./match-ports.ts";
import { readPortList } from "./ports.ts";

const fields = new Map<string, readonly NumberField[]>([
  ["--sports", ["source-port"]],
  ["--source-ports", ["source-port"]],
  ["--dports", ["destination-port"]],
  ["--destination-ports", ["destination-port"]],
  ["--ports", ["destination-port", "source-port"]],
]);

/** `-m multiport` (`ports_match_v1` in net/netfilter/xt_multiport.c): `--ports` asks for either port in the list. */
export const multiport: MatchExtension = {
  options: new Set(fields.keys()),
  compile: (options, context) =>
    options.flatMap((option) => {
      const asked = fields.get(option.name);
      const ranges = readPortList(option.values[0] ?? "");
      if (asked === undefined || ranges === null) return [unreadable(option)];
      const tests = asked.map((field): Test => ({ kind: "field", field, mask: null, ranges }));
      const [only] = tests;
      const test: Test =
        only !== undefined && tests.length === 1
          ? only
          : { kind: "any-of", matches: tests.map((one) => impliedBy(option, one)) };
      return [...portsNeedProtocol(option, context), matchOf(option, test)];
    }),
};
