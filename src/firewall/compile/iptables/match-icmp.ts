import { icmpTest } from "../icmp-types.ts";
import type { MatchExtension } from "./extension.ts";
import { matchOf, unreadable } from "./make-match.ts";
import { requireProtocol } from "./match-ports.ts";

/** `-m icmp` and `-m icmp6`, which the kernel takes only after their `-p`. */
function icmpModule(optionNames: readonly string[], protocol: number): MatchExtension {
  return {
    options: new Set(optionNames),
    compile: (options, context) => [
      ...requireProtocol(protocol, context),
      ...options.map((option) => {
        const test = icmpTest(option.values[0] ?? "", context.family);
        return test === null ? unreadable(option) : matchOf(option, test);
      }),
    ],
  };
}

export const icmp = icmpModule(["--icmp-type"], 1);
export const icmp6 = icmpModule(["--icmpv6-type", "--icmp6-type"], 58);
